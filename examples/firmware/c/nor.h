/* A NOR chip in RAM that is stored, piece by piece, where it outlives a power cut: what
   examples/firmware/src/nor.rs is, as the three callbacks of the journal. */
#ifndef NOR_H
#define NOR_H

#include "pos_journal.h"

/* Reads what an earlier life left. 0 when it did. `pace`: turns of an empty loop after each piece. */
int nor_open(uint32_t pace);
/* The callbacks. */
void nor_config(struct pj_config *config);

#endif
