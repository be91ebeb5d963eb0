/* The terminal on a Cortex-M4, in C. QEMU gives it the words `firmware SEED PAYMENTS LIFE PACE` and, in its
   working directory, the files of the chip. It ends when the script is done; usually it is killed before.
   ../run.sh builds it. */
#include "host.h"
#include "nor.h"
#include "till.h"

/* All memory that the journal takes. */
static uint64_t memory[PJ_JOURNAL_SIZE / sizeof(uint64_t)];

struct promises {
    int32_t file;
    size_t end;
};

static int promise(void *context, const char *line, uint32_t size)
{
    struct promises *promises = context;
    /* One call: a kill leaves the whole line or nothing. */
    if (host_write_at(promises->file, promises->end, line, size))
        return 1;
    promises->end += size;
    return 0;
}

/* The number behind so many words; 0 where there is none. */
static uint32_t word(const char *line, int words)
{
    uint32_t number = 0;
    for (; words > 0 && *line != 0; line++)
        words -= *line == ' ';
    for (; *line >= '0' && *line <= '9'; line++)
        number = number * 10 + (uint32_t)(*line - '0');
    return number;
}

int main(void)
{
    static char line[80];
    struct promises promises;
    struct till_outside outside = {&promises, promise};
    struct till_job job;
    struct pj_config config;
    struct pj_journal *journal;
    int32_t done;
    if (host_command_line(line, sizeof line)) {
        host_say("not started as SEED PAYMENTS LIFE PACE\n");
        return 1;
    }
    job.seed = word(line, 1);
    job.payments = word(line, 2);
    job.life = word(line, 3);
    job.pace = word(line, 4);
    promises.file = host_open("promises.txt");
    if (promises.file < 0 || nor_open(job.pace)) {
        host_say("the files of the chip cannot be opened\n");
        return 1;
    }
    promises.end = host_length(promises.file);

    nor_config(&config);
    done = till_mount(memory, sizeof memory, &config, &job, &journal);
    if (done == PJ_OK)
        done = till_run(journal, &outside, &job);
    if (done == PJ_OK)
        return 0;
    host_say(pj_error_text(done));
    host_say("\n");
    return 1;
}
