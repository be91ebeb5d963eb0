/* What the shop asks for and what the acquirer answers: pure functions of the seed, the same as in
   examples/firmware/src/script.rs. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdint.h>

/* Payments in a batch. */
#define SCRIPT_BATCH 40u

/* One payment as the cash register asks for it. */
struct planned {
    uint32_t number;    /* 1 for the first */
    uint32_t void_back; /* void the payment that lies so far back, if it can be voided; 0: a sale */
    uint32_t amount;    /* minor units of a sale */
    int chip;           /* a contact chip: the approval is confirmed by a second record */
    int card_removed;   /* the card is pulled out before it has confirmed */
    uint32_t card;      /* the last ten digits of the card number */
};

/* What becomes of a request. */
enum fate {
    FATE_NO_LINE,      /* no connection: not a byte was taken */
    FATE_REQUEST_LOST, /* the request is lost */
    FATE_ANSWER_LOST,  /* the acquirer has booked it, and its answer is lost */
    FATE_DECLINED,     /* declined, and the answer arrives */
    FATE_APPROVED      /* approved, and the answer arrives */
};

/* A number drawn for a purpose; the same arguments draw the same number. */
uint32_t script_draw(uint32_t seed, uint32_t purpose, uint32_t a, uint32_t b);
/* Payment `number`. */
struct planned script_payment(uint32_t seed, uint32_t number);
/* What becomes of the payment with these numbers. */
enum fate script_fate(uint32_t seed, uint32_t batch, uint32_t stan);
/* Whether the terminal hears of its attempt to reverse this payment, and of a 0500. */
int script_reversal_heard(uint32_t seed, uint32_t batch, uint32_t stan, uint32_t attempt);
int script_settlement_heard(uint32_t seed, uint32_t batch, uint32_t attempt);
/* Whether the acquirer asks for every payment of this batch whatever its figures. */
int script_wants_uploads(uint32_t seed, uint32_t batch);

#endif
