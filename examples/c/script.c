#include "script.h"

enum purpose { PAYMENT = 1, AMOUNT, CARD, FATE, REVERSAL, SETTLEMENT };

/* A reversal gets through at the latest at this attempt, a 0500 likewise. */
#define PATIENCE 4u

/* Murmur3's last step. */
static uint32_t scramble(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x85EBCA6Bu;
    x ^= x >> 13;
    x *= 0xC2B2AE35u;
    return x ^ x >> 16;
}

uint32_t script_draw(uint32_t seed, uint32_t purpose, uint32_t a, uint32_t b)
{
    uint32_t x = seed ^ purpose * 0x9E3779B1u;
    x = scramble(x ^ a * 0x85EBCA6Bu);
    return scramble(x ^ b * 0xC2B2AE35u);
}

struct planned script_payment(uint32_t seed, uint32_t number)
{
    uint32_t dice = script_draw(seed, PAYMENT, number, 0);
    struct planned planned;
    planned.number = number;
    planned.void_back = dice / 8 % 8 == 0 ? 1 + dice / 64 % 3 : 0;
    planned.amount = 1 + script_draw(seed, AMOUNT, number, 0) % 50000;
    planned.chip = dice % 5 < 2;
    planned.card_removed = planned.chip && dice / 1024 % 10 == 0;
    planned.card = script_draw(seed, CARD, number, 0);
    return planned;
}

enum fate script_fate(uint32_t seed, uint32_t batch, uint32_t stan)
{
    uint32_t dice = script_draw(seed, FATE, batch, stan) % 100;
    if (dice < 4)
        return FATE_NO_LINE;
    if (dice < 12)
        return FATE_REQUEST_LOST;
    if (dice < 22)
        return FATE_ANSWER_LOST;
    return dice < 32 ? FATE_DECLINED : FATE_APPROVED;
}

static int heard(uint32_t dice, uint32_t attempt)
{
    return attempt >= PATIENCE || dice % 100 >= 40;
}

int script_reversal_heard(uint32_t seed, uint32_t batch, uint32_t stan, uint32_t attempt)
{
    return heard(script_draw(seed, REVERSAL, batch ^ attempt << 20, stan), attempt);
}

int script_settlement_heard(uint32_t seed, uint32_t batch, uint32_t attempt)
{
    return heard(script_draw(seed, SETTLEMENT, batch, attempt), attempt);
}

int script_wants_uploads(uint32_t seed, uint32_t batch)
{
    return script_draw(seed, SETTLEMENT, batch, 0) % 4 == 0;
}
