/* A payment terminal on Linux, with its journal in a file:

       terminal SEED PAYMENTS LIFE PACE

   in the directory of journal.img, which is made if it is not there, and promises.txt. The payments and
   the acquirer are those of examples/firmware: the image is the same, byte by byte. run.sh builds it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "till.h"

/* All memory that the journal takes. */
static union {
    uint64_t aligned;
    unsigned char bytes[PJ_JOURNAL_SIZE];
} memory;

static int promise(void *context, const char *line, uint32_t size)
{
    FILE *promises = context;
    return fwrite(line, 1, size, promises) != size || fflush(promises) != 0;
}

static uint32_t number(const char *word)
{
    return (uint32_t)strtoul(word, NULL, 10);
}

static int fail(struct pj_journal *journal, int32_t code)
{
    struct pj_error error = {0};
    (void)pj_last_error(journal, &error);
    fprintf(stderr, "terminal: %s (%d; driver %d, payment %u)\n", pj_error_text(code), (int)code,
            (int)error.driver, (unsigned)error.item);
    return EXIT_FAILURE;
}

/* What cannot go wrong in a payment: every record is read back, and the journal exported. */
struct seen {
    unsigned records, intents, outcomes, bytes;
};

static int32_t tell(void *context, const struct pj_record *record)
{
    struct seen *seen = context;
    struct pj_intent intent;
    struct pj_outcome outcome;
    seen->records++;
    seen->intents += pj_record_intent(record, &intent) == PJ_OK;
    seen->outcomes += pj_record_outcome(record, &outcome) == PJ_OK;
    return 0;
}

static int32_t count(void *context, const uint8_t *bytes, uint32_t size)
{
    struct seen *seen = context;
    (void)bytes;
    seen->bytes += size;
    return 0;
}

static int32_t look_back(struct pj_journal *journal)
{
    struct seen seen = {0, 0, 0, 0};
    struct pj_exported exported;
    int32_t places = pj_scan(journal, 0, tell, &seen);
    if (places < 0)
        return places;
    int32_t done = pj_export(journal, count, &seen, &exported);
    if (done < 0)
        return done;
    printf("%u records, %u intents, %u outcomes, %d places unread; exported %u bytes, CRC %08x\n",
           seen.records, seen.intents, seen.outcomes, (int)places, seen.bytes,
           (unsigned)exported.crc);
    return seen.bytes == exported.bytes ? PJ_OK : PJ_ERR_VALUE;
}

int main(int argc, char **argv)
{
    struct till_job job;
    struct till_outside outside = {NULL, promise};
    struct pj_config config;
    struct pj_journal *journal;
    int32_t done;
    if (argc != 5) {
        fprintf(stderr, "terminal SEED PAYMENTS LIFE PACE\n");
        return 2;
    }
    job.seed = number(argv[1]);
    job.payments = number(argv[2]);
    job.life = number(argv[3]);
    job.pace = number(argv[4]);
    FILE *promises = fopen("promises.txt", "a");
    if (promises == NULL) {
        perror("promises.txt");
        return EXIT_FAILURE;
    }
    outside.context = promises;

    till_config(&config);
    struct pj_format_as how = till_format_as(&job);
    done = pj_open_file(&memory, sizeof memory, "journal.img", &config, &how, &journal);
    if (done == PJ_OK)
        done = till_run(journal, &outside, &job);
    if (done == PJ_OK)
        done = look_back(journal);
    int status = done == PJ_OK ? EXIT_SUCCESS : fail(journal, done);
    (void)pj_close(journal);
    fclose(promises);
    return status;
}
