#include "till.h"

#include "script.h"

#define BOOK 0u
#define CNY 156u
#define ANSWER_MS 40u
#define TIMEOUT_MS 30000u
/* Steps of idle work between two payments. */
#define IDLE_STEPS 8

struct till {
    struct pj_journal *journal;
    const struct till_outside *outside;
    const struct till_job *job;
    /* Milliseconds since power-up, by what was done: no clock, so that a life can be repeated. */
    uint64_t uptime;
    uint32_t boot;
};

/* Goes on with what is 0 or more, and hands anything else to the caller. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        int32_t tried = (call);                                                                    \
        if (tried < 0)                                                                             \
            return tried;                                                                          \
    } while (0)

/* ---- lines ------------------------------------------------------------------------------------ */

struct line {
    char text[96];
    uint32_t size;
};

static void put(struct line *line, const char *text)
{
    while (*text != 0 && line->size < sizeof line->text)
        line->text[line->size++] = *text++;
}

/* A number with at least so many digits. */
static void put_digits(struct line *line, uint32_t number, int least)
{
    char digits[11];
    int at = (int)sizeof digits - 1;
    digits[at] = 0;
    while (number > 0 || least > 0) {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
        least--;
    }
    put(line, digits + at);
}

static void put_number(struct line *line, uint32_t number)
{
    put(line, " ");
    put_digits(line, number, 1);
}

/* A promise: a word and up to six numbers. */
static int32_t promise(struct till *till, const char *word, const uint32_t *numbers, int count,
                       const char *last)
{
    struct line line = {{0}, 0};
    put(&line, word);
    for (int at = 0; at < count; at++)
        put_number(&line, numbers[at]);
    if (last != NULL) {
        put(&line, " ");
        put(&line, last);
    }
    put(&line, "\n");
    int failed = till->outside->promise(till->outside->context, line.text, line.size);
    return failed ? PJ_ERR_STOPPED : 0;
}

/* ---- the cash register ------------------------------------------------------------------------ */

static void reference_of(uint32_t number, char reference[33])
{
    struct line line = {{0}, 0};
    put(&line, "R-");
    put_digits(&line, number, 8);
    for (uint32_t at = 0; at < 33; at++)
        reference[at] = at < line.size ? line.text[at] : 0;
}

/* The number of a payment of this script; 0: it is none. */
static uint32_t number_in(const char *reference)
{
    uint32_t number = 0;
    if (reference[0] != 'R' || reference[1] != '-')
        return 0;
    for (reference += 2; *reference >= '0' && *reference <= '9'; reference++)
        number = number * 10 + (uint32_t)(*reference - '0');
    return number;
}

static int32_t number_of(struct till *till, uint32_t item, uint32_t *number)
{
    struct pj_receipt receipt;
    TRY(pj_receipt(till->journal, item, &receipt));
    *number = number_in(receipt.intent.reference);
    return *number == 0 ? PJ_ERR_VALUE : 0;
}

static int32_t show(struct till *till, uint32_t number, int32_t status)
{
    const char *word;
    switch (status) {
    case PJ_STATUS_APPROVED: word = "approved"; break;
    case PJ_STATUS_DECLINED: word = "declined"; break;
    case PJ_STATUS_REVERSING: word = "reversing"; break;
    case PJ_STATUS_REVERSED: word = "reversed"; break;
    case PJ_STATUS_NEVER_STARTED: word = "never-started"; break;
    /* Nobody can say yet: nothing is shown. */
    default: return 0;
    }
    return promise(till, "show", &number, 1, word);
}

/* The cash register asks what became of the payment it was in. */
static int32_t where_to_go_on(struct till *till, uint32_t *next)
{
    struct pj_known last;
    uint32_t number;
    *next = 1;
    TRY(pj_last(till->journal, &last));
    if (last.item == 0)
        return 0;
    TRY(number_of(till, last.item, &number));
    TRY(show(till, number, last.status));
    *next = last.status == PJ_STATUS_NEVER_STARTED ? number : number + 1;
    return 0;
}

/* ---- a payment -------------------------------------------------------------------------------- */

static struct pj_begin sale_of(const struct till *till, const struct planned *planned,
                               struct line *pan)
{
    struct pj_begin sale = {0};
    put(pan, "622202");
    put_digits(pan, planned->card, 10);
    pan->text[pan->size] = 0;
    sale.book = BOOK;
    sale.kind = PJ_KIND_SALE;
    sale.amount = planned->amount;
    sale.currency = CNY;
    sale.decimals = 2;
    sale.entry = planned->chip ? 51 : 71;
    sale.moment.boot = till->boot;
    sale.moment.uptime = till->uptime;
    sale.pan = pan->text;
    reference_of(planned->number, sale.reference);
    return sale;
}

/* Begins a void where the script asks for one and the journal allows it, else a sale; and which payment
   is voided. Returns what pj_begin does. */
static int32_t begin(struct till *till, const struct planned *planned, struct pj_begun *begun,
                     uint32_t *voids)
{
    struct line pan = {{0}, 0};
    struct pj_begin sale = sale_of(till, planned, &pan);
    *voids = 0;
    if (planned->void_back > 0) {
        uint32_t voided =
            planned->number > planned->void_back ? planned->number - planned->void_back : 0;
        char reference[33];
        struct pj_known original;
        reference_of(voided, reference);
        TRY(pj_status(till->journal, reference, &original));
        if (original.item != 0 && original.status == PJ_STATUS_APPROVED) {
            struct pj_receipt receipt;
            struct pj_begin voiding = sale;
            int32_t done;
            TRY(pj_receipt(till->journal, original.item, &receipt));
            voiding.kind = PJ_KIND_VOID;
            voiding.amount = receipt.approved;
            voiding.original.by = PJ_ORIGINAL_ITEM;
            voiding.original.item = original.item;
            done = pj_begin(till->journal, &voiding, begun);
            /* Refused before, when its batch was closed: then it was begun as a sale, which never left, and
               is asked for again under the same reference. */
            if (done > PJ_REFUSALS && done != PJ_ERR_REFERENCE_REUSED) {
                *voids = voided;
                return done;
            }
        }
    }
    return pj_begin(till->journal, &sale, begun);
}

static int32_t answered(struct till *till, const struct planned *planned, uint32_t item,
                        enum fate fate)
{
    struct pj_reply reply = {0};
    struct pj_item open;
    const char *code = fate == FATE_APPROVED ? "00" : "51";
    int32_t status, found;
    till->uptime += ANSWER_MS;
    reply.code[0] = code[0];
    reply.code[1] = code[1];
    reply.elapsed_ms = ANSWER_MS;
    reply.uptime = till->uptime;
    status = pj_outcome(till->journal, item, pj_verdict(code, !planned->chip), &reply);
    TRY(status);
    found = pj_item(till->journal, item, &open);
    if (found < 0 || open.state != PJ_STATE_APPROVED)
        return status;
    return planned->card_removed ? pj_reverse(till->journal, item, PJ_REASON_OTHER)
                                 : pj_complete(till->journal, item, NULL, 0);
}

/* The order that everything depends on: the intent is durable, then the first byte leaves. */
static int32_t pay(struct till *till, const struct planned *planned)
{
    struct pj_begun begun;
    uint32_t voids;
    int32_t known = begin(till, planned, &begun, &voids);
    TRY(known);
    if (known == PJ_BEGUN_BEFORE)
        return begun.status;
    uint32_t batch = begun.intent.batch, stan = begun.intent.stan;
    enum fate fate = script_fate(till->job->seed, batch, stan);
    if (fate == FATE_NO_LINE)
        return pj_not_sent(till->journal, begun.item);
    uint32_t numbers[] = {planned->number, batch, stan, (uint32_t)begun.intent.amount, voids};
    TRY(promise(till, "send", numbers, 5, NULL));
    if (fate == FATE_APPROVED || fate == FATE_DECLINED)
        return answered(till, planned, begun.item, fate);
    till->uptime += TIMEOUT_MS;
    return pj_no_answer(till->journal, begun.item, TIMEOUT_MS, till->uptime);
}

/* ---- what is owed ----------------------------------------------------------------------------- */

static int32_t reverse(struct till *till, uint32_t item)
{
    struct pj_attempted attempt;
    int32_t class = PJ_ANSWER_NOTHING, status;
    const char *code = NULL;
    uint32_t number;
    TRY(pj_attempt(till->journal, item, till->uptime, &attempt));
    uint32_t batch = attempt.intent.batch, stan = attempt.intent.stan;
    uint32_t numbers[] = {batch, stan, attempt.number};
    TRY(promise(till, "reverse", numbers, 3, NULL));
    int heard = script_reversal_heard(till->job->seed, batch, stan, attempt.number);
    if (heard) {
        enum fate fate = script_fate(till->job->seed, batch, stan);
        int is_known = fate != FATE_NO_LINE && fate != FATE_REQUEST_LOST;
        class = is_known ? PJ_ANSWER_DONE : PJ_ANSWER_NOTHING_TO_REVERSE;
        code = is_known ? "00" : "25";
    }
    till->uptime += heard ? ANSWER_MS : TIMEOUT_MS;
    status = pj_answer(till->journal, item, class, code);
    TRY(status);
    TRY(number_of(till, item, &number));
    return show(till, number, status);
}

static int32_t send_totals(struct till *till)
{
    struct pj_settle_request request;
    struct pj_tally none = {0, 0}, sales = none, voids = none;
    TRY(pj_settle_attempt(till->journal, BOOK, till->uptime, &request));
    for (uint32_t at = 0; at < request.totals.rows; at++) {
        const struct pj_totals_row *row = &request.totals.row[at];
        if (row->currency == CNY && row->cards == PJ_CARDS_DOMESTIC) {
            sales = row->sales;
            voids = row->voided;
        }
    }
    uint32_t numbers[] = {request.batch,          request.number, sales.count,
                          (uint32_t)sales.amount, voids.count,    (uint32_t)voids.amount};
    TRY(promise(till, "settle", numbers, 6, NULL));
    int heard = script_settlement_heard(till->job->seed, request.batch, request.number);
    int32_t class = !heard ? PJ_SETTLE_NOTHING
                    : script_wants_uploads(till->job->seed, request.batch) ? PJ_SETTLE_UNBALANCED
                                                                           : PJ_SETTLE_BALANCED;
    till->uptime += heard ? ANSWER_MS : TIMEOUT_MS;
    return pj_settle_answer(till->journal, BOOK, class, NULL);
}

static int32_t upload(struct till *till, uint32_t after)
{
    struct pj_receipt next;
    uint32_t item;
    TRY(pj_next_upload(till->journal, BOOK, after, &item));
    if (item == 0)
        return pj_upload_ended(till->journal, BOOK);
    TRY(pj_receipt(till->journal, item, &next));
    uint32_t numbers[] = {next.intent.batch, next.intent.stan, (uint32_t)next.approved};
    TRY(promise(till, "upload", numbers, 3, NULL));
    till->uptime += ANSWER_MS;
    return pj_uploaded(till->journal, BOOK, item);
}

static int32_t close_batch(struct till *till)
{
    struct pj_x_totals totals;
    TRY(pj_x_totals(till->journal, BOOK, &totals));
    TRY(pj_batch_closed(till->journal, BOOK));
    return promise(till, "closed", &totals.batch, 1, NULL);
}

static int32_t settle(struct till *till, const struct pj_duty *duty)
{
    switch (duty->step) {
    case PJ_STEP_SEND:
    case PJ_STEP_REPEAT: return send_totals(till);
    case PJ_STEP_UPLOAD: return upload(till, duty->after);
    case PJ_STEP_CLOSE: return close_batch(till);
    default: return PJ_ERR_VALUE;
    }
}

static int32_t pay_what_is_due(struct till *till)
{
    for (;;) {
        struct pj_next next;
        TRY(pj_due(till->journal, till->uptime, &next));
        if (next.when == PJ_NEXT_NOTHING)
            return 0;
        if (next.when == PJ_NEXT_AT) {
            /* Nothing else is to be done here: the script waits. */
            till->uptime = next.at;
            continue;
        }
        switch (next.duty.duty) {
        case PJ_DUTY_REVERSAL: TRY(reverse(till, next.duty.item)); break;
        case PJ_DUTY_SETTLE: TRY(settle(till, &next.duty)); break;
        default: return PJ_ERR_VALUE;
        }
    }
}

/* The script asks for it, or the journal does because it is nearly full. 1: settle. */
static int32_t must_settle(struct till *till, uint32_t next)
{
    uint32_t before = next - 1;
    int asked = before % SCRIPT_BATCH == 0 || before >= till->job->payments;
    struct pj_room room;
    struct pj_known last;
    struct pj_receipt receipt;
    struct pj_x_totals totals;
    if (before == 0)
        return 0;
    TRY(pj_room(till->journal, &room));
    if (!asked && !room.nearly_full)
        return 0;
    TRY(pj_last(till->journal, &last));
    if (last.item == 0)
        return 0;
    TRY(pj_receipt(till->journal, last.item, &receipt));
    TRY(pj_x_totals(till->journal, BOOK, &totals));
    return receipt.intent.batch == totals.batch;
}

static int32_t idle(struct till *till)
{
    for (int step = 0; step < IDLE_STEPS; step++) {
        till->uptime += 5;
        int32_t more = pj_maintain(till->journal, till->uptime);
        TRY(more);
        if (more == PJ_MAINTAIN_IDLE)
            break;
    }
    return 0;
}

/* ---- from power-up to the end ----------------------------------------------------------------- */

void till_config(struct pj_config *config)
{
    static const struct pj_config nothing = {0};
    *config = nothing;
    config->abi = PJ_ABI;
    config->read_size = 1;
    config->program_size = 8;
    config->erase_size = 4096;
    config->region_size = TILL_CHIP_SIZE;
    /* Lives are short here: idle work begins 20 ms after power-up. */
    config->quiet_ms = 20;
}

struct pj_format_as till_format_as(const struct till_job *job)
{
    struct pj_format_as how = {0};
    how.format_id = script_draw(job->seed, 0, job->life, 0);
    how.mode = PJ_MODE_TEST;
    return how;
}

int32_t till_mount(void *memory, size_t size, const struct pj_config *config,
                   const struct till_job *job, struct pj_journal **journal)
{
    int32_t mounted = pj_mount(memory, size, config, journal);
    if (mounted == PJ_ERR_BLANK || mounted == PJ_ERR_FORMAT_INTERRUPTED) {
        struct pj_format_as how = till_format_as(job);
        mounted = pj_format(memory, size, config, &how, journal);
    }
    return mounted;
}

int32_t till_run(struct pj_journal *journal, const struct till_outside *outside,
                 const struct till_job *job)
{
    struct till till = {journal, outside, job, 0, 1};
    struct pj_known last;
    uint32_t next;
    TRY(pj_last(journal, &last));
    if (last.item != 0) {
        struct pj_receipt receipt;
        TRY(pj_receipt(journal, last.item, &receipt));
        till.boot = receipt.intent.moment.boot + 1;
    }
    TRY(pay_what_is_due(&till));
    TRY(where_to_go_on(&till, &next));
    for (;;) {
        int32_t settles = must_settle(&till, next), status;
        TRY(settles);
        if (settles) {
            TRY(pj_close_batch(journal, BOOK, NULL));
            TRY(pay_what_is_due(&till));
        }
        if (next > job->payments)
            return 0;
        struct planned planned = script_payment(job->seed, next);
        status = pay(&till, &planned);
        TRY(status);
        TRY(show(&till, next, status));
        TRY(pay_what_is_due(&till));
        TRY(idle(&till));
        if (status != PJ_STATUS_NEVER_STARTED)
            next++;
    }
}
