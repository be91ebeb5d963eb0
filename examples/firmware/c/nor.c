#include "nor.h"

#include "host.h"
#include "till.h"

#define UNIT 8u
#define BLOCK 4096u
#define MARKS (TILL_CHIP_SIZE / UNIT)
/* Bytes of an erase that are stored at a time. */
#define PIECE (BLOCK / 16u)
/* The bits of a unit that clear first. */
#define FIRST_BITS 0x5Au

#define FAILED (-5)
#define REFUSED (-22)
#define PROGRAMMED_ALREADY (-17)

enum phase { IDLE, PROGRAM, ERASE };

static uint8_t memory[TILL_CHIP_SIZE];
static uint8_t marks[MARKS];
static int32_t image_file, marks_file, phase_file;
static uint32_t pace;

static int show(enum phase phase)
{
    uint8_t byte = (uint8_t)phase;
    return host_write_at(phase_file, 0, &byte, 1);
}

static int put(uint32_t at, uint32_t size, enum phase phase)
{
    if (host_write_at(image_file, at, memory + at, size))
        return 1;
    /* An erase takes longer than a program, as on a chip. */
    for (uint32_t turns = phase == ERASE ? 4 * pace : pace; turns > 0; turns--)
        __asm__ volatile("nop");
    return 0;
}

static int mark(uint32_t first, uint32_t units, uint8_t what)
{
    for (uint32_t unit = first; unit < first + units; unit++)
        marks[unit] = what;
    return host_write_at(marks_file, first, marks + first, units);
}

static int fits(uint32_t address, uint32_t size, uint32_t step)
{
    return address % step == 0 && size % step == 0 && address <= TILL_CHIP_SIZE &&
           size <= TILL_CHIP_SIZE - address;
}

static int32_t nor_read(void *context, uint32_t address, void *bytes, uint32_t size)
{
    uint8_t *to = bytes;
    (void)context;
    if (!fits(address, size, 1))
        return REFUSED;
    for (uint32_t at = 0; at < size; at++)
        to[at] = memory[address + at];
    return 0;
}

static int program_unit(uint32_t at, const uint8_t *unit)
{
    /* Half of the bits first: that is what a cut leaves of the unit it hits. */
    static const uint8_t keep[] = {(uint8_t)~FIRST_BITS, 0};
    for (int step = 0; step < 2; step++) {
        for (uint32_t byte = 0; byte < UNIT; byte++)
            memory[at + byte] &= (uint8_t)(unit[byte] | keep[step]);
        if (put(at, UNIT, PROGRAM))
            return 1;
    }
    return 0;
}

static int32_t nor_program(void *context, uint32_t address, const void *bytes, uint32_t size)
{
    const uint8_t *from = bytes;
    (void)context;
    if (!fits(address, size, UNIT))
        return REFUSED;
    for (uint32_t at = address; at < address + size; at += UNIT)
        if (marks[at / UNIT])
            return PROGRAMMED_ALREADY;
    if (show(PROGRAM))
        return FAILED;
    /* The mark is stored before the first bit moves. */
    for (uint32_t at = 0; at < size; at += UNIT)
        if (mark((address + at) / UNIT, 1, 1) || program_unit(address + at, from + at))
            return FAILED;
    return show(IDLE) ? FAILED : 0;
}

static int32_t nor_erase(void *context, uint32_t address)
{
    (void)context;
    if (!fits(address, BLOCK, BLOCK))
        return REFUSED;
    if (show(ERASE) || mark(address / UNIT, BLOCK / UNIT, 1))
        return FAILED;
    for (uint32_t at = address; at < address + BLOCK; at += PIECE) {
        for (uint32_t byte = at; byte < at + PIECE; byte++)
            memory[byte] = 0xFF;
        if (put(at, PIECE, ERASE))
            return FAILED;
    }
    return mark(address / UNIT, BLOCK / UNIT, 0) || show(IDLE) ? FAILED : 0;
}

int nor_open(uint32_t turns)
{
    pace = turns;
    image_file = host_open("journal.img");
    marks_file = host_open("journal.marks");
    phase_file = host_open("journal.img.phase");
    return image_file < 0 || marks_file < 0 || phase_file < 0 ||
           host_read(image_file, memory, sizeof memory) ||
           host_read(marks_file, marks, sizeof marks);
}

void nor_config(struct pj_config *config)
{
    till_config(config);
    config->read = nor_read;
    config->program = nor_program;
    config->erase = nor_erase;
}
