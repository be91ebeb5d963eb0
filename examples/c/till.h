/* What a terminal's firmware does with the journal, from power-up to the last payment of the script: the
   same steps in the same order as examples/firmware/src/till.rs, so that both write the same bytes. */
#ifndef TILL_H
#define TILL_H

#include "pos_journal.h"

/* What a life of the terminal is told from outside. */
struct till_job {
    uint32_t seed;     /* decides the payments and the acquirer's answers */
    uint32_t payments; /* stop after this payment */
    uint32_t life;     /* differs at each start: stands for the chip's random generator */
    uint32_t pace;     /* turns of an empty loop after each piece that is stored */
};

/* Writes a promise down, before it is acted on: a line with its end. 0 when that is done. */
struct till_outside {
    void *context;
    int (*promise)(void *context, const char *line, uint32_t size);
};

/* Bytes of the chip; all of them are the journal's. */
#define TILL_CHIP_SIZE 65536u

/* The chip's geometry and the region: all but the callbacks. */
void till_config(struct pj_config *config);
/* What a new chip becomes. */
struct pj_format_as till_format_as(const struct till_job *job);
/* Mounts the journal; formats the chip if it is new, or if that was interrupted. */
int32_t till_mount(void *memory, size_t size, const struct pj_config *config,
                   const struct till_job *job, struct pj_journal **journal);
int32_t till_run(struct pj_journal *journal, const struct till_outside *outside,
                 const struct till_job *job);


#endif
