/*
 * pos-journal for C: an append-only, crash-safe journal for payment terminals.
 *
 * Made by cbindgen from src/ffi: change it there, then run .ci/capi --write.
 *
 * Every call returns 0 or more when it did what it says, and a negative PJ_ERR_... when it did not:
 * pj_error_text says what that means, pj_last_error of which payment or number. A call that is refused
 * wrote nothing. After PJ_ERR_FLASH nobody knows whether the record is durable until the next start: show
 * nothing, send nothing because of it, and ask pj_status then.
 *
 * The order that everything depends on:
 *
 *   after a start    pj_mount, pj_set_style, pj_set_identity, then all that is pj_due
 *   before the card  pj_may_start
 *   before sending   pj_begin: when it returns, STAN, batch and invoice number are durable
 *   after that       pj_outcome, pj_no_answer or pj_not_sent: only then may anything be shown
 *   with a chip      pj_complete after its TC, pj_reverse after anything else
 *   what is owed     pj_due, pj_attempt (durable before its first byte leaves), pj_answered
 *   the shop closes  pj_close_batch, pj_settle_attempt, pj_settle_answer_de39, pj_batch_closed
 *   idle             pj_maintain
 *
 * A pointer is NULL or points to what its type says; NULL where something is needed is an error. Text ends
 * in a zero. One thread at a time calls with a journal, and a callback does not call with its own. Callbacks
 * return: they neither jump out nor throw.
 */


#ifndef POS_JOURNAL_H
#define POS_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

// Number of the interface: structs, constants and calls. A header with another number does not go with
// this library: `pj_config.abi` says which one a program was built with.
#define PJ_ABI 1

// It is done.
#define PJ_OK 0

// A pointer is null that must not be.
#define PJ_ERR_NULL (-1)

// An argument has a value that it cannot have.
#define PJ_ERR_VALUE (-2)

// The memory is smaller than PJ_JOURNAL_SIZE.
#define PJ_ERR_MEMORY (-3)

// The memory is not aligned to PJ_JOURNAL_ALIGN.
#define PJ_ERR_ALIGN (-4)

// Not a mounted journal.
#define PJ_ERR_HANDLE (-5)

// Called from a callback of the same journal.
#define PJ_ERR_BUSY (-6)

// The callback stopped it.
#define PJ_ERR_STOPPED (-7)

// Header and library do not go together.
#define PJ_ERR_ABI (-8)

// A text is too long, empty, or not printable ASCII.
#define PJ_ERR_TEXT (-9)

// It holds a card number, which is never stored.
#define PJ_ERR_CARD_NUMBER (-10)

// Chip data is too long, malformed, or has a tag that is never stored.
#define PJ_ERR_EMV (-11)

// A card number has 13 to 19 digits.
#define PJ_ERR_PAN (-12)

// The operating system refused the file.
#define PJ_ERR_FILE (-13)

// Another process holds the file.
#define PJ_ERR_LOCKED (-14)

// The flash driver failed.
#define PJ_ERR_FLASH (-20)

// The flash does not hold what was written to it.
#define PJ_ERR_READ_BACK (-21)

// Region, chip and settings do not go together.
#define PJ_ERR_SHAPE (-22)

// The region is erased and holds no journal: format it.
#define PJ_ERR_BLANK (-23)

// The region holds something that is not a journal: check its address.
#define PJ_ERR_FOREIGN (-24)

// A format was interrupted: format again.
#define PJ_ERR_FORMAT_INTERRUPTED (-25)

// The journal was made with other settings.
#define PJ_ERR_OTHER_SHAPE (-26)

// The journal has a newer format: update the firmware.
#define PJ_ERR_VERSION (-27)

// No checkpoint can be read: dump the region and salvage it.
#define PJ_ERR_NO_CHECKPOINT (-28)

// Read-only: it holds a critical record of newer firmware.
#define PJ_ERR_UNKNOWN_RECORD (-29)

// Read-only: its checkpoint is of newer firmware.
#define PJ_ERR_UNKNOWN_CHECKPOINT (-30)

// Read-only: fewer than two sectors work: export, then replace the flash.
#define PJ_ERR_WORN_OUT (-31)

// Read-only: all sequence numbers are used: export, then format.
#define PJ_ERR_SEQUENCE_END (-32)

// Everything in the journal is still needed: settle the batch.
#define PJ_ERR_NO_ROOM (-33)

// The checkpoint does not fit: make the sectors larger.
#define PJ_ERR_CHECKPOINT_TOO_LARGE (-34)

// A record does not fit: an error of the library.
#define PJ_ERR_INTERNAL (-35)

// Read-only: records can be read now that could not be read at the mount: mount again.
#define PJ_ERR_MOUNT_AGAIN (-36)

// The journal is full: settle the batch.
#define PJ_ERR_FULL (-40)

// A settlement is under way: finish it first.
#define PJ_ERR_SETTLEMENT (-41)

// A payment has to be reversed first.
#define PJ_ERR_REVERSAL (-42)

// A payment is unresolved: an operator decides first.
#define PJ_ERR_UNRESOLVED (-43)

// A figure of the settlement would not fit its field: settle first.
#define PJ_ERR_DIGITS (-44)

// The batch holds as many payments as the host takes: settle it.
#define PJ_ERR_BATCH_FULL (-45)

// The refund may not be sent twice: ask the host about it.
#define PJ_ERR_NOT_REPEATABLE (-46)

// The reference belongs to another payment.
#define PJ_ERR_REFERENCE_REUSED (-47)

// Unknown, and records are lost: look whether it was paid, then begin all the same.
#define PJ_ERR_MAY_BE_LOST (-48)

// A payment is not uploaded yet.
#define PJ_ERR_NOT_UPLOADED (-49)

// The payment is not in the journal (any more).
#define PJ_ERR_NO_SUCH_PAYMENT (-50)

// The old journal still owes: do that first.
#define PJ_ERR_STILL_OWING (-51)

// A cancel may still be under way: ask again later.
#define PJ_ERR_TOO_EARLY (-52)

// The rules refuse it: this code and those below. Nothing was written.
#define PJ_REFUSALS (-100)

// There is no such book.
#define PJ_ERR_NO_SUCH_BOOK (-100)

// As many payments are open as there is room for.
#define PJ_ERR_ITEMS_FULL (-101)

// A settlement of the book is not closed.
#define PJ_ERR_SETTLEMENT_UNFINISHED (-102)

// The record names another batch.
#define PJ_ERR_BATCH_DIFFERS (-103)

// The STAN is not the next one.
#define PJ_ERR_STAN_DIFFERS (-104)

// The invoice number is not the next one.
#define PJ_ERR_INVOICE_DIFFERS (-105)

// The batch has used every STAN: settle it.
#define PJ_ERR_STAN_EXHAUSTED (-106)

// The amount does not fit DE4.
#define PJ_ERR_AMOUNT_TOO_LARGE (-107)

// Tip and cash-back are more than the amount.
#define PJ_ERR_PART_TOO_LARGE (-108)

// The batch has no room for another currency or class of cards.
#define PJ_ERR_TOO_MANY_CURRENCIES (-109)

// A sum of the batch could outgrow sixteen digits: settle first.
#define PJ_ERR_TOTALS_FULL (-110)

// A QR payment needs an order number.
#define PJ_ERR_ORDER_MISSING (-111)

// Another identity than the present one.
#define PJ_ERR_IDENTITY_DIFFERS (-112)

// No identity is left.
#define PJ_ERR_IDENTITY_INDEX (-113)

// The book owes something under its identity: finish that first.
#define PJ_ERR_IDENTITY_IN_USE (-114)

// Not an offline sale.
#define PJ_ERR_NOT_OFFLINE (-115)

// The kind names its original: give it.
#define PJ_ERR_ORIGINAL_MISSING (-116)

// The kind has no original: leave it out.
#define PJ_ERR_ORIGINAL_NOT_ALLOWED (-117)

// A payment on the same original is open: resolve it first.
#define PJ_ERR_ORIGINAL_BUSY (-118)

// The original is not completed.
#define PJ_ERR_ORIGINAL_NOT_COMPLETED (-119)

// The kind cannot follow that original.
#define PJ_ERR_ORIGINAL_WRONG_KIND (-120)

// The original is voided, or may be.
#define PJ_ERR_ORIGINAL_VOIDED (-121)

// The hold is completed: void its completion first.
#define PJ_ERR_ORIGINAL_COMPLETED (-122)

// The hold covers less.
#define PJ_ERR_COMPLETION_EXCEEDS (-123)

// The original has a refund: refund the rest.
#define PJ_ERR_ORIGINAL_REFUNDED (-124)

// The original's batch is closed: refund it instead.
#define PJ_ERR_ORIGINAL_SETTLED (-125)

// A void has the amount of its original.
#define PJ_ERR_ORIGINAL_AMOUNT_DIFFERS (-126)

// The original is of another book, currency or class of cards.
#define PJ_ERR_ORIGINAL_ELSEWHERE (-127)

// The original is not in this journal: refund it instead.
#define PJ_ERR_ORIGINAL_NOT_HERE (-128)

// Less is left to refund.
#define PJ_ERR_REFUND_EXCEEDS (-129)

// An intent comes after the newest payment.
#define PJ_ERR_OUT_OF_ORDER (-130)

// The payment is not open.
#define PJ_ERR_NOT_OPEN (-131)

// The payment is open.
#define PJ_ERR_ALREADY_OPEN (-132)

// The payment is of another book.
#define PJ_ERR_BOOK_DIFFERS (-133)

// The payment stands where this cannot happen.
#define PJ_ERR_ILLEGAL (-134)

// The attempt has another number.
#define PJ_ERR_ATTEMPT_NUMBER (-135)

// A repeat carries the first reason.
#define PJ_ERR_REASON_DIFFERS (-136)

// More is approved than was asked for: it is no answer.
#define PJ_ERR_APPROVED_EXCEEDS (-137)

// Begun before the last start: use pj_late.
#define PJ_ERR_TOO_LATE (-138)

// No attempt awaits an answer.
#define PJ_ERR_NOTHING_SENT (-139)

// It is unresolved already.
#define PJ_ERR_ALREADY_UNRESOLVED (-140)

// It is not given up: it is tried without a decision.
#define PJ_ERR_NOT_UNRESOLVED (-141)

// An attempt is recorded: wait for its answer.
#define PJ_ERR_ALREADY_SENT (-142)

// A payment of the batch is open: resolve it first.
#define PJ_ERR_OPEN_ITEM (-143)

// Other totals than the ledger's.
#define PJ_ERR_TOTALS_DIFFER (-144)

// The settlement stands where this cannot follow.
#define PJ_ERR_ILLEGAL_STEP (-145)

// The 0500 has another number.
#define PJ_ERR_SETTLE_NUMBER (-146)

// Uploads were acknowledged further already.
#define PJ_ERR_UPLOAD_BACKWARDS (-147)

// The next batch is open: finish the old one.
#define PJ_ERR_NEXT_BATCH_OPEN (-148)

// The book is not empty.
#define PJ_ERR_BOOK_NOT_EMPTY (-149)

// The batch has used these numbers.
#define PJ_ERR_NUMBERS_USED (-150)

// Bytes of memory that a journal takes at most, on every machine; pj_journal_size says it exactly.
#define PJ_JOURNAL_SIZE 5120

// How that memory is aligned.
#define PJ_JOURNAL_ALIGN 8

// Real money.
#define PJ_MODE_LIVE 0

// A terminal on a test host.
#define PJ_MODE_TEST 1

// A cashier in training.
#define PJ_MODE_TRAINING 2

// ISO 8583:1987 without anybody's additions.
#define PJ_STYLE_PLAIN 0

// Terminals in mainland China.
#define PJ_STYLE_UNIONPAY 1

// The host-reconciled batches of South-East Asia.
#define PJ_STYLE_ASIAN 2

// QR orders of a wallet.
#define PJ_STYLE_QR 3

// A voided sale counts among the debits, its void among the credits.
#define PJ_VOIDED_BOTH_SIDES 0

// A voided sale counts nowhere.
#define PJ_VOIDED_NEITHER 1

// DE48 with three-digit counts.
#define PJ_LAYOUT_UNIONPAY 0

// DE63 with three-digit counts.
#define PJ_LAYOUT_ASIAN 1

// DE74 to 97 with ten-digit counts.
#define PJ_LAYOUT_ISO 2

// Nothing like it.
#define PJ_DUPLICATE_NONE 0

// It was approved: ask whether this one is for other goods, and pj_confirmed the yes.
#define PJ_DUPLICATE_ASK 1

// Nobody knows yet whether the customer was charged: settle that first.
#define PJ_DUPLICATE_LOOK 2

// It is being reversed: a second payment is right.
#define PJ_DUPLICATE_REVERSING 3

// The intent is durable: send it.
#define PJ_BEGUN_NEW 0

// The cash register asked for this payment before. Send nothing; tell it the status.
#define PJ_BEGUN_BEFORE 1

// No usable answer: DE39 of the reversal is 98.
#define PJ_REASON_NO_ANSWER 0

// The answer is known, yet the payment did not go through: 06.
#define PJ_REASON_OTHER 1

// The answer's MAC is wrong: A0.
#define PJ_REASON_MAC_ERROR 2

// No payment in the journal has this number. Nothing was written.
#define PJ_LATE_STRAY 0

// It is recorded as evidence and changes nothing.
#define PJ_LATE_EVIDENCE 1

// The host approved what was taken for never sent, not found or abandoned: its reversal (of a QR order,
// its refund) is owed again.
#define PJ_LATE_REOPENED 2

// No payment with this number can be read, and it may be among what is lost or was not read: keep the
// answer and come back, or show it to a person. Nothing was written.
#define PJ_LATE_UNREAD 3

// Sale (0200).
#define PJ_KIND_SALE 1

// Void of a sale, inside its open batch.
#define PJ_KIND_VOID 2

// Refund (0220): never reversed, asked about instead.
#define PJ_KIND_REFUND 3

// Pre-authorization (0100).
#define PJ_KIND_PRE_AUTH 4

// Increment of a pre-authorization.
#define PJ_KIND_INCREMENT 5

// Void of a pre-authorization.
#define PJ_KIND_PRE_AUTH_VOID 6

// Completion of a pre-authorization, online.
#define PJ_KIND_COMPLETION 10

// Void of an online completion.
#define PJ_KIND_COMPLETION_VOID 11

// Void of a refund.
#define PJ_KIND_REFUND_VOID 12

// Completion of a pre-authorization as an advice (0220).
#define PJ_KIND_COMPLETION_ADVICE 16

// Sale that was approved without the host (0220).
#define PJ_KIND_OFFLINE_SALE 17

// Tip added to a completed sale (0220): the amount is the tip alone.
#define PJ_KIND_TIP_ADJUST 18

// Results of issuer scripts.
#define PJ_KIND_SCRIPT_RESULT 19

// Sale by QR code.
#define PJ_KIND_QR_SALE 24

// Refund of a QR sale.
#define PJ_KIND_QR_REFUND 25

// Balance inquiry: owes nothing.
#define PJ_KIND_BALANCE_INQUIRY 26

// The terminal's clock was never set since power-up.
#define PJ_CLOCK_UNSET 0

// Set, and running since.
#define PJ_CLOCK_SET 1

// Moved by a leap since the last record.
#define PJ_CLOCK_STEPPED 2

// Cards are not told apart.
#define PJ_CARDS_NOT_TOLD 0

// A card of the terminal's own country.
#define PJ_CARDS_DOMESTIC 1

// A card of another country.
#define PJ_CARDS_FOREIGN 2

// No original payment.
#define PJ_ORIGINAL_NONE 0

// By its record in this journal: item.
#define PJ_ORIGINAL_ITEM 1

// By what its slip says: rrn, auth_code, date.
#define PJ_ORIGINAL_SLIP 2

// No usable answer: a time-out, a bad MAC, fields that do not match.
#define PJ_VERDICT_NO_ANSWER 0

// Refused: no money moves.
#define PJ_VERDICT_DECLINED 1

// A code that proves nothing.
#define PJ_VERDICT_DOUBTFUL 2

// Approved; a contact chip has yet to confirm it: pj_complete or pj_reverse.
#define PJ_VERDICT_TO_CONFIRM 3

// Approved, and nothing more is needed.
#define PJ_VERDICT_APPROVED 4

// Approved and confirmed: hand out the goods.
#define PJ_STATUS_APPROVED 1

// Declined: no money moves.
#define PJ_STATUS_DECLINED 2

// It did not go through and is being reversed: take another payment.
#define PJ_STATUS_REVERSING 3

// Nobody can say yet: do not repeat it.
#define PJ_STATUS_UNKNOWN 4

// Nothing was ever sent.
#define PJ_STATUS_NEVER_STARTED 5

// It was reversed, or the host confirmed that it never knew it.
#define PJ_STATUS_REVERSED 6

// An operator decided not to pursue it.
#define PJ_STATUS_ABANDONED 7

// Accepted without the host, which has yet to be told: hand out the goods.
#define PJ_STATUS_ACCEPTED 8

// An inquiry: no money was to move.
#define PJ_STATUS_INQUIRED 9

// Nothing is owed, or what is waits for an operator.
#define PJ_NEXT_NOTHING 0

// Do this.
#define PJ_NEXT_NOW 1

// Something is owed, and nothing of it may be tried before `at`.
#define PJ_NEXT_AT 2

// A settlement goes on with `step`.
#define PJ_DUTY_SETTLE 1

// The results of an issuer script have to be sent.
#define PJ_DUTY_NOTICE 2

// A reversal has to be sent.
#define PJ_DUTY_REVERSAL 3

// A QR order has to be cancelled.
#define PJ_DUTY_CANCEL 4

// A QR order that was told as failed is paid: it has to be refunded.
#define PJ_DUTY_REFUND_ORDER 5

// A stored advice has to be sent.
#define PJ_DUTY_ADVICE 6

// A refund or a QR order has to be asked about.
#define PJ_DUTY_QUERY 7

// Send the first 0500, or call it off.
#define PJ_STEP_SEND 1

// Send the 0500 again, with the same figures.
#define PJ_STEP_REPEAT 2

// Upload the records after `after`, then the end message.
#define PJ_STEP_UPLOAD 3

// Close the batch.
#define PJ_STEP_CLOSE 4

// Done.
#define PJ_ANSWER_DONE 0

// The host knows no such payment: final when repeated.
#define PJ_ANSWER_NOTHING_TO_REVERSE 1

// The host refuses it: still owed.
#define PJ_ANSWER_REFUSED 2

// The host cannot do it now: still owed.
#define PJ_ANSWER_BUSY 3

// No answer, or none that can be used.
#define PJ_ANSWER_NOTHING 4

// It is proven that not a byte of the attempt was sent.
#define PJ_ANSWER_UNSENT 5

// A QR order cannot be cancelled: its payer has just paid.
#define PJ_ANSWER_PAID 6

// Rows that the totals of a batch can have.
#define PJ_ROWS 2

// The totals agree.
#define PJ_SETTLE_BALANCED 0

// They do not: each record has to be uploaded.
#define PJ_SETTLE_UNBALANCED 1

// The host cannot do it now.
#define PJ_SETTLE_BUSY 2

// The host refuses.
#define PJ_SETTLE_REFUSED 3

// No answer, or none that can be used.
#define PJ_SETTLE_NOTHING 4

// Bytes of DE48 of a UnionPay-style 0500.
#define PJ_DE48_SIZE 62

// Bytes of DE63 of a South-East Asian 0500.
#define PJ_DE63_SIZE 30

// Sent or about to be; no answer yet.
#define PJ_STATE_UNANSWERED 0

// Approved; the chip has to confirm: pj_complete or pj_reverse.
#define PJ_STATE_APPROVED 1

// A reversal is owed.
#define PJ_STATE_REVERSING 2

// The host said once that there is nothing to reverse.
#define PJ_STATE_NOTHING_ONCE 3

// It has to be asked about.
#define PJ_STATE_QUERYING 4

// The attempt limit is reached; still owed.
#define PJ_STATE_UNRESOLVED 5

// An advice that is stored.
#define PJ_STATE_STORED 6

// An advice that was sent; no answer yet.
#define PJ_STATE_SENDING 7

// An advice that the host refused.
#define PJ_STATE_REFUSED 8

// A QR order that is being cancelled.
#define PJ_STATE_CANCELLING 9

// A QR order that has to be refunded.
#define PJ_STATE_REFUND_DUE 10

// Final: approved and confirmed. From here on all are final.
#define PJ_STATE_COMPLETED 16

// Final: declined.
#define PJ_STATE_DECLINED 17

// Final: not a byte was sent.
#define PJ_STATE_NEVER_SENT 18

// Final: reversed.
#define PJ_STATE_REVERSED 19

// Final: the host said twice that there is nothing to reverse.
#define PJ_STATE_NOT_FOUND 20

// Final: an operator decided.
#define PJ_STATE_ABANDONED 21

// Final: an inquiry.
#define PJ_STATE_INQUIRED 22

// Final: an advice that was cancelled before it was sent.
#define PJ_STATE_CANCELLED 23

// Final: a QR order that was refunded.
#define PJ_STATE_REFUNDED 24

// Nothing is left to do.
#define PJ_MAINTAIN_IDLE 0

// A sector was erased, records were carried, or a sector was retired: call again.
#define PJ_MAINTAIN_MORE 1

// Payments are taken.
#define PJ_PHASE_OPEN 0

// Locked, no 0500 sent: can still be called off.
#define PJ_PHASE_FROZEN 1

// A 0500 was sent or was about to be.
#define PJ_PHASE_SENT 2

// Each record is uploaded.
#define PJ_PHASE_UPLOADING 3

// The host is done; the batch has to be closed here.
#define PJ_PHASE_ENDED 4

// It reaches back far enough.
#define PJ_KEPT_ENOUGH 0

// Not yet: the terminal is new.
#define PJ_KEPT_NOT_YET 1

// It does not: the region is too small for this trade.
#define PJ_KEPT_TOO_LITTLE 2

// The clock cannot tell.
#define PJ_KEPT_UNKNOWN 3

// Payments that can be open at a time.
#define PJ_ITEMS 16

// Books: hosts, merchants or terminal ids that one journal serves.
#define PJ_BOOKS 4

// A mounted journal, in the caller's memory.
struct pj_journal;

// Reads `size` bytes from `address` on, counted from the chip's start. 0, or a negative number of the
// driver's own. A unit that cannot be read is an error, never a reset.
typedef int32_t (*pj_read)(void *context, uint32_t address, void *bytes, uint32_t size);

// Programs whole units, which were not programmed since their erase. Returns when it is durable.
typedef int32_t (*pj_program)(void *context, uint32_t address, const void *bytes, uint32_t size);

// Erases the block of `erase_size` bytes at `address`. Returns when it is done.
typedef int32_t (*pj_erase)(void *context, uint32_t address);

// A chip and the region of it that is the journal's. Zero what is not said. It is copied, but for
// `context`. What the callbacks must promise stands in PORTING.md.
//
// Geometry, region and sizes are recorded in the region: a journal mounts with what it was formatted with.
struct pj_config {
  // PJ_ABI.
  uint32_t abi;
  // Least number of bytes that can be read, 1 to 32.
  uint32_t read_size;
  // Least number of bytes that can be programmed: 1, 2, 4, ... 256.
  uint32_t program_size;
  // Bytes of an erase block.
  uint32_t erase_size;
  // First byte of the region, from the chip's start.
  uint32_t region_start;
  // Bytes of the region: whole erase blocks.
  uint32_t region_size;
  // Bytes of a log sector; 0: chosen.
  uint32_t sector_size;
  // Bytes between anchors; 0: chosen.
  uint32_t anchor_size;
  // ECC granule, where it is larger than program_size; else 0.
  uint32_t ecc_size;
  // Milliseconds of up-time before pj_maintain works; 0: 2000.
  uint32_t quiet_ms;
  // 1: programs are not read back. Lost writes and stuck sectors are survived only where they are.
  int32_t no_read_back;
  // Given to each callback.
  void *context;
  // How to read.
  pj_read read;
  // How to program.
  pj_program program;
  // How to erase.
  pj_erase erase;
};

// What a format makes of a region.
struct pj_format_as {
  // A number that no earlier format of this region used: from the chip's random generator, or from
  // anything that differs each time.
  uint32_t format_id;
  // PJ_MODE_...
  int32_t mode;
  // 1: overwrite bytes that are neither erased nor a journal.
  int32_t over_foreign;
  // 1: also an old journal that still owes something, which is lost: a customer may stay charged for
  // nothing.
  int32_t lose_what_is_owed;
};

// What the last call with a journal that failed had to say beside its code. What is not said is 0.
struct pj_error {
  // The code.
  int32_t code;
  // With PJ_ERR_FLASH: what the driver returned.
  int32_t driver;
  // The payment that it is about.
  uint32_t item;
  // Where that payment (PJ_STATE_...) or the settlement (PJ_PHASE_...) stands.
  int32_t state;
  // What was asked for: bytes, an amount, a number.
  uint64_t value;
  // What would be possible: bytes, an amount, a number, a time.
  uint64_t limit;
};

// Who a book is to its host.
struct pj_identity {
  // Counts up with every change; -1: not recorded. Not read by pj_set_identity.
  int32_t index;
  // DE41, without blanks at its end.
  char terminal[9];
  // DE42, without blanks at its end.
  char merchant[16];
  // The currency that the merchant is paid in, ISO 4217 numeric.
  uint32_t currency;
  // Its decimal places.
  uint32_t decimals;
  // The number of the key that seals card numbers.
  uint32_t key;
};

// The terminal started.
struct pj_boot {
  // How long the run before this one lasted, in milliseconds; 0: nobody knows.
  uint64_t ran;
  // How many times it has started.
  uint32_t count;
  // The firmware's version, as it numbers itself.
  uint32_t firmware;
  // The processor's reset reason, as the firmware numbers it.
  uint32_t reset_reason;
};

// Attempts: the first wait, doubled each time up to the longest, and how many there are.
struct pj_retry {
  // Wait after the first attempt, in ms.
  uint32_t first_ms;
  // The longest wait, in ms.
  uint32_t longest_ms;
  // Attempts after which it is unresolved, and still tried once per longest wait.
  uint32_t limit;
};

// How one host wants to be spoken to: take a style with pj_profile_style, then change what differs.
//
// Codes are strings of two characters each, such as "0011", that have to live as long as the journal:
// constants. NULL: as the style has them.
struct pj_profile {
  // PJ_STYLE_...: what the codes are taken from.
  int32_t style;
  // Reversals, and cancels of QR orders.
  struct pj_retry reversal;
  // Stored advices.
  struct pj_retry advice;
  // Queries about a QR order or a refund.
  struct pj_retry query;
  // 0500.
  struct pj_retry settle;
  // How long after the first 'nothing to reverse' it is sent once more, in ms.
  uint32_t hold_off_ms;
  // 1: a repeat has a message type of its own.
  int32_t repeat_mti;
  // 1: a lower approved amount can be used; otherwise it is reversed.
  int32_t partial_approval;
  // 1: the host takes the same refund twice for one.
  int32_t refunds_idempotent;
  // 1: nothing online begins while a payment is unresolved.
  int32_t unresolved_blocks;
  // A completion may be so many per cent of its hold.
  uint32_t completion_percent;
  // How long a second payment of the same card and amount is named, in s.
  uint32_t duplicate_window_s;
  // Payments that a batch may hold; 0: as many as its figures have digits for.
  uint32_t batch_limit;
  // PJ_VOIDED_...
  int32_t voided;
  // PJ_LAYOUT_...
  int32_t layout;
  // Reversal: it is done.
  const char *reversal_done;
  // Reversal: there is nothing to reverse.
  const char *reversal_nothing;
  // Reversal: not now.
  const char *reversal_busy;
  // Advice: it is done.
  const char *advice_done;
  // Advice: not now.
  const char *advice_busy;
  // 0500: the totals agree.
  const char *balanced;
  // 0500: they do not.
  const char *unbalanced;
};

// Room for a profile of pj_set_profile. It has to live, unmoved, as long as the journal.
struct pj_profile_memory {
  // The library's.
  uint64_t opaque[40];
};

// A payment may begin. What to tell the cashier all the same.
struct pj_start {
  // The oldest unresolved payment of the book: someone has to look at it. 0: none.
  uint32_t unresolved;
  // 1: settle soon.
  int32_t nearly_full;
  // Payments that the batch still takes.
  uint32_t batch_left;
};

// When something happened, by all that the terminal can tell. All 0: by nothing.
struct pj_moment {
  // Milliseconds since this start of the terminal.
  uint64_t uptime;
  // Local time in seconds since 1970-01-01 00:00 local.
  uint32_t local_seconds;
  // How many times the terminal has started.
  uint32_t boot;
  // What to take from local time to get UTC, in quarters of an hour (China: 32).
  int32_t utc_offset_quarters;
  // PJ_CLOCK_...
  int32_t clock;
};

// A payment that the one to begin looks like.
struct pj_duplicate {
  // The first payment.
  uint32_t item;
  // PJ_STATUS_...
  int32_t status;
  // PJ_DUPLICATE_...
  int32_t advice;
  // How many seconds ago; -1: no clock can tell.
  int64_t age_s;
};

// The payment that another one voids, refunds, completes or adjusts.
struct pj_original {
  // PJ_ORIGINAL_...
  int32_t by;
  // The payment.
  uint32_t item;
  // DE37.
  char rrn[13];
  // DE38; empty: the slip shows none.
  char auth_code[7];
  // MMDD.
  uint32_t date;
};

// What a card is charged in its own currency; all 0: nothing else.
struct pj_foreign {
  // DE6, in minor units.
  uint64_t amount;
  // DE51, ISO 4217 numeric.
  uint32_t currency;
  // Its decimal places.
  uint32_t decimals;
  // DE10: eight digits, of which the first counts the decimals.
  uint32_t rate;
};

// What the firmware knows when a payment begins. Zero all of it, then fill in; what is 0, empty or NULL
// is not there.
struct pj_begin {
  // The book.
  uint32_t book;
  // PJ_KIND_...
  int32_t kind;
  // DE4 in minor units, tip and cash-back included.
  uint64_t amount;
  // DE49, ISO 4217 numeric (156: renminbi).
  uint32_t currency;
  // Its decimal places (2).
  uint32_t decimals;
  // DE22, such as 71.
  uint32_t entry;
  // DE25.
  uint32_t condition;
  // When, as the message will say.
  struct pj_moment moment;
  // The whole card number, 13 to 19 digits, or NULL. First six, last four and the length are kept.
  const char *pan;
  // 1: card_sequence is there.
  int32_t has_card_sequence;
  // DE23.
  uint32_t card_sequence;
  // The cash register's reference: the same one again gives the same payment back.
  char reference[33];
  // The merchant's order number of a QR payment.
  char order[65];
  // The payment that this one is about.
  struct pj_original original;
  // The part of amount that is a tip.
  uint64_t tip;
  // The part of amount that is paid out in cash.
  uint64_t cash_back;
  // How many parts it is paid in.
  uint32_t instalments;
  // The acquirer's number of that plan.
  uint32_t instalment_plan;
  // What the card is charged in its own currency.
  struct pj_foreign foreign;
  // PJ_CARDS_...
  int32_t cards;
  // 1: begin it under this reference although it may be among lost records.
  int32_t even_if_lost;
  // The card number, encrypted by the secure element: at most 48 bytes.
  const uint8_t *sealed;
  // How many bytes.
  uint32_t sealed_size;
  // Bytes at emv.
  uint32_t emv_size;
  // Chip data (DE55) for a reversal: at most 145 bytes, without card number, track, name and PIN.
  const uint8_t *emv;
};

// A payment as it was, or is to be, sent. What is 0 or empty is not there.
struct pj_intent {
  // The payment: its name in every call. (Of a carried record that repeats it, 0.)
  uint32_t item;
  // The book.
  uint32_t book;
  // PJ_KIND_...
  int32_t kind;
  // DE11.
  uint32_t stan;
  // The batch (DE60).
  uint32_t batch;
  // DE62.
  uint32_t invoice;
  // DE4 as requested.
  uint64_t amount;
  // DE49.
  uint32_t currency;
  // Its decimal places.
  uint32_t decimals;
  // DE22.
  uint32_t entry;
  // DE25.
  uint32_t condition;
  // When; DE12 and DE13 as sent.
  struct pj_moment moment;
  // The card, such as 622202*********1234.
  char pan[20];
  // 1: card_sequence is there.
  int32_t has_card_sequence;
  // DE23.
  uint32_t card_sequence;
  // The cash register's reference.
  char reference[33];
  // The order number of a QR payment.
  char order[65];
  // The payment that it is about.
  struct pj_original original;
  // Index of the identity that it was sent under; -1: none.
  int32_t identity;
  // PJ_CARDS_...
  int32_t cards;
  // The part of amount that is a tip.
  uint64_t tip;
  // The part of amount that is paid out in cash.
  uint64_t cash_back;
  // How many parts it is paid in.
  uint32_t instalments;
  // The acquirer's number of that plan.
  uint32_t instalment_plan;
  // What the card is charged in its own currency.
  struct pj_foreign foreign;
};

// A payment that was begun now or before.
struct pj_begun {
  // PJ_BEGUN_BEFORE: PJ_STATUS_...
  int32_t status;
  // The payment: its name from here on.
  uint32_t item;
  // PJ_BEGUN_NEW: what was written, with STAN, batch and invoice number.
  struct pj_intent intent;
};

// An answer as the firmware read it. Zero all of it, then fill in; what is 0, empty or NULL is not there.
struct pj_reply {
  // Milliseconds since the start of the terminal.
  uint64_t uptime;
  // From the first byte sent to the answer or the time-out, in milliseconds.
  uint32_t elapsed_ms;
  // DE39: two characters.
  char code[3];
  // DE37: twelve characters.
  char rrn[13];
  // DE38: six characters.
  char auth_code[7];
  // 1: approved_amount is there.
  int32_t has_approved_amount;
  // DE4 of the answer, where it differs from the amount requested.
  uint64_t approved_amount;
  // DE13 as received, MMDD.
  uint32_t host_date;
  // DE12 as received, hhmmss.
  uint32_t host_time;
  // DE15 as received, MMDD.
  uint32_t settlement_date;
  // Bytes at emv.
  uint32_t emv_size;
  // Chip data (DE55), at most 145 bytes.
  const uint8_t *emv;
};

// An answer for a payment that does not wait for one any more, as the message names it.
struct pj_late_answer {
  // Milliseconds since the start of the terminal.
  uint64_t uptime;
  // The book.
  uint32_t book;
  // DE11 of the answer.
  uint32_t stan;
  // 1: it approves.
  int32_t approved;
  // DE39, or empty.
  char code[3];
  // DE37, or empty.
  char rrn[13];
  // DE38, or empty.
  char auth_code[7];
};

// Something that the terminal owes to a host.
struct pj_duty {
  // PJ_DUTY_...
  int32_t duty;
  // Of a settlement: the book.
  uint32_t book;
  // Of a settlement: PJ_STEP_...
  int32_t step;
  // Of PJ_STEP_UPLOAD: the last payment that was acknowledged.
  uint32_t after;
  // The payment.
  uint32_t item;
  // Of a reversal: PJ_REASON_...
  int32_t reason;
  // Of an advice: PJ_KIND_...
  int32_t kind;
  // Attempts made so far.
  uint32_t attempts;
  // 1: it was sent before.
  int32_t repeat;
  // 1: the host said once that there is nothing to do; ask again.
  int32_t confirm;
  // 1: the limit was reached, or the host refused it.
  int32_t unresolved;
};

// What is owed next, and when.
struct pj_next {
  // PJ_NEXT_AT: not before this up-time.
  uint64_t at;
  // PJ_NEXT_...
  int32_t when;
  // What.
  struct pj_duty duty;
};

// Told of a duty; anything but 0 ends it.
typedef int32_t (*pj_tell_duty)(void *context, const struct pj_duty *duty);

// An answer as it is recorded. What is 0 or empty is not there.
struct pj_outcome {
  // The payment; 0: it was not answered.
  uint32_t item;
  // PJ_VERDICT_...
  int32_t verdict;
  // Milliseconds since the start of the terminal.
  uint64_t uptime;
  // From the first byte sent to the answer or the time-out.
  uint32_t elapsed_ms;
  // DE39.
  char code[3];
  // DE37.
  char rrn[13];
  // DE38.
  char auth_code[7];
  // 1: approved_amount is there.
  int32_t has_approved_amount;
  // DE4 of the answer, where it differs from the amount requested.
  uint64_t approved_amount;
  // DE13, MMDD.
  uint32_t host_date;
  // DE12, hhmmss.
  uint32_t host_time;
  // DE15, MMDD.
  uint32_t settlement_date;
  // Bytes in emv.
  uint32_t emv_size;
  // Chip data.
  uint8_t emv[145];
};

// An attempt that is durable: what to send.
struct pj_attempted {
  // 1 for the first.
  uint32_t number;
  // PJ_REASON_... of a reversal.
  int32_t reason;
  // The message type, such as 0400; empty for QR.
  char mti[5];
  // DE39 of a reversal.
  char de39[3];
  // DE38, if one was received.
  char auth_code[7];
  // The number under which a QR order that was told as failed is refunded.
  char refund_number[65];
  // The original, exactly as first sent.
  struct pj_intent intent;
  // Its answer, if one came; else item is 0.
  struct pj_outcome outcome;
  // Terminal and merchant id under which it was first sent; index -1: not recorded.
  struct pj_identity identity;
  // Bytes in sealed.
  uint32_t sealed_size;
  // The sealed card number, where it was attached.
  uint8_t sealed[48];
  // Bytes in emv.
  uint32_t emv_size;
  // The chip data, where it was attached.
  uint8_t emv[145];
};

// A number of payments and their sum in minor units.
struct pj_tally {
  // Their sum.
  uint64_t amount;
  // How many.
  uint32_t count;
};

// The completed payments of a batch in one currency and class of cards.
struct pj_totals_row {
  // ISO 4217 numeric.
  uint32_t currency;
  // Its decimal places.
  uint32_t decimals;
  // PJ_CARDS_...
  int32_t cards;
  // Completed sales, completions and tips, also those that were voided later.
  struct pj_tally sales;
  // Completed refunds, also those that were voided later.
  struct pj_tally refunds;
  // Sales and completions that a void cancelled.
  struct pj_tally voided;
  // Refunds that a void cancelled.
  struct pj_tally refunds_voided;
  // Tips that sales contains.
  struct pj_tally tips;
};

// What a batch adds up to.
struct pj_totals {
  // How many rows there are.
  uint32_t rows;
  // In the order of first use.
  struct pj_totals_row row[PJ_ROWS];
};

// A 0500 that is durable: what to send.
struct pj_settle_request {
  // The batch.
  uint32_t batch;
  // DE11.
  uint32_t stan;
  // 1 for the first attempt.
  uint32_t number;
  // The figures; the same at every attempt.
  struct pj_totals totals;
};

// The figures of plain ISO 8583:1987, as digits without a zero at their end.
struct pj_iso_figures {
  // DE74, credits, number.
  uint8_t de74[10];
  // DE75, credits, reversal number.
  uint8_t de75[10];
  // DE76, debits, number.
  uint8_t de76[10];
  // DE77, debits, reversal number.
  uint8_t de77[10];
  // DE86, credits, amount.
  uint8_t de86[16];
  // DE87, credits, reversal amount.
  uint8_t de87[16];
  // DE88, debits, amount.
  uint8_t de88[16];
  // DE89, debits, reversal amount.
  uint8_t de89[16];
  // DE97, net: D or C and 16 digits.
  uint8_t de97[17];
};

// A payment that the journal knows.
struct pj_known {
  // The payment; 0: none.
  uint32_t item;
  // PJ_STATUS_...; NEVER_STARTED or UNKNOWN where there is none.
  int32_t status;
  // Places in the log at which something is missing or unreadable, where it is not found.
  uint32_t places;
};

// Everything that a slip of a payment needs.
struct pj_receipt {
  // The payment.
  uint32_t item;
  // PJ_STATUS_...
  int32_t status;
  // The amount that was approved.
  uint64_t approved;
  // 1: a slip was printed before.
  int32_t duplicate;
  // Bytes in emv.
  uint32_t emv_size;
  // What was sent.
  struct pj_intent intent;
  // What was answered; item 0: nothing.
  struct pj_outcome outcome;
  // Terminal and merchant id; index -1: not recorded.
  struct pj_identity identity;
  // Chip data; pj_emv_tag takes it apart.
  uint8_t emv[145];
};

// An open payment, from memory.
struct pj_item {
  // The payment.
  uint32_t item;
  // Its book.
  uint32_t book;
  // PJ_KIND_...
  int32_t kind;
  // PJ_STATE_...
  int32_t state;
  // DE11.
  uint32_t stan;
  // Its batch.
  uint32_t batch;
  // DE4 as requested.
  uint64_t amount;
  // What was approved.
  uint64_t approved;
  // DE49.
  uint32_t currency;
  // PJ_CARDS_...
  int32_t cards;
  // Attempts so far.
  uint32_t attempts;
  // PJ_REASON_...
  int32_t reason;
  // 1: someone has to look at it.
  int32_t unresolved;
  // 1: this run of the terminal is busy with it.
  int32_t in_flight;
};

// What a mount found.
struct pj_mount_report {
  // PJ_OK, or why the journal can be read and not written: PJ_ERR_...
  int32_t read_only;
  // PJ_MODE_...
  int32_t mode;
  // 1: torn_at is there: an interrupted program, or a rotten last record.
  int32_t torn;
  // Address in the region.
  uint32_t torn_at;
  // Stretches of records that are gone and that no earlier start wrote down.
  uint32_t losses;
  // First sequence number that is gone.
  uint32_t lost_from;
  // Last sequence number that is gone.
  uint32_t lost_to;
  // Places that nothing accounts for.
  uint32_t damaged;
  // Sectors that failed to erase or program since power-up.
  uint32_t retired;
  // 1: the newest checkpoint was unreadable and the one before it was used.
  int32_t fell_back;
  // Records that this version does not know, or could make nothing of.
  uint32_t skipped;
};

// What fits before something slower than a program happens.
struct pj_space {
  // Bytes left in the active sector.
  uint32_t active_bytes;
  // Sectors that are erased ahead.
  uint32_t ready_sectors;
  // Typical records that fit before one has to erase.
  uint32_t records_before_erase;
};

// The room for what must not be dropped, in bytes.
struct pj_room {
  // Taken by unsettled batches and open payments.
  uint32_t kept;
  // Set aside so that every open payment can be ended.
  uint32_t reserved;
  // The most that both together may take.
  uint32_t limit;
  // Payments open now.
  uint32_t open_items;
  // Payments that can be open at a time.
  uint32_t items_limit;
  // Typical payments that can still be begun and kept.
  uint32_t payments_left;
  // 1: time to settle.
  int32_t nearly_full;
};

// The running totals of a book.
struct pj_x_totals {
  // The batch that takes new business.
  uint32_t batch;
  // PJ_PHASE_...
  int32_t phase;
  // Payments that are open.
  uint32_t open;
  // Of these, those that an operator has to look at.
  uint32_t unresolved;
  // Of these, voids in doubt, whose originals a settlement leaves out.
  uint32_t withheld;
  // Payments that completed too late to count in their batch.
  struct pj_tally uncounted;
  // What completed in the batch.
  struct pj_totals totals;
  // What a settlement would say now.
  struct pj_totals settlement;
};

// From when on every payment can be looked up.
struct pj_retention {
  // 1: nothing was ever reclaimed.
  int32_t all;
  // Payments that can be looked up.
  uint32_t payments;
  // The oldest of them; 0: there is none.
  uint32_t from;
  // Whole days from the oldest to the newest; -1: the clock cannot tell.
  int64_t days;
  // When the oldest was; clock PJ_CLOCK_UNSET: nobody knows.
  struct pj_moment since;
  // When the newest was.
  struct pj_moment until;
};

// A record, as it lies in the log. FORMAT.md, section 6, says what the bytes are; pj_record_intent and
// pj_record_outcome read the two most wanted.
struct pj_record {
  // Its sequence number.
  uint32_t seq;
  // Its kind byte: 0x81 is an intent, 0x82 an outcome.
  uint32_t kind;
  // The name of the kind, such as "Intent"; "unknown" for one of newer firmware.
  const char *name;
  // The payment that it is about (of an intent: itself); 0: none.
  uint32_t item;
  // Its book; -1: none.
  int32_t book;
  // Address in the region.
  uint32_t at;
  // 1: it was carried here and is older than the records beside it.
  int32_t carried;
  // Bytes at payload.
  uint32_t payload_size;
  // The bytes, valid during the callback.
  const uint8_t *payload;
};

// Told of a record; anything but 0: no more of them.
typedef int32_t (*pj_tell_record)(void *context, const struct pj_record *record);

// Takes bytes of a stream, at most 256 at a time; anything but 0 ends it.
typedef int32_t (*pj_sink)(void *context, const uint8_t *bytes, uint32_t size);

// What was exported.
struct pj_exported {
  // Bytes of the stream.
  uint32_t bytes;
  // Bytes of the region that the chip could not read.
  uint32_t unreadable;
  // CRC of the stream, to be compared with what the host's tool says.
  uint32_t crc;
};

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The number of the interface that the library has, as a symbol: a debugger finds it in an image.
extern const uint32_t pj_abi;

// The version of the library, such as "0.1.0".
const char *pj_version(void);

// What a code says, in English; never NULL.
const char *pj_error_text(int32_t code);

// Bytes of memory that a journal takes.
size_t pj_journal_size(void);

// How that memory is aligned: PJ_JOURNAL_ALIGN, or less.
size_t pj_journal_align(void);

// Finds the journal in the region. Writes nothing. Look at pj_mount_report then, and do what is pj_due.
//
// `memory` has `size` bytes, at least pj_journal_size(), aligned to PJ_JOURNAL_ALIGN; it is the journal's
// until pj_close, and may not be moved. `*journal` is the journal in it; NULL after an error.
int32_t pj_mount(void *memory,
                 size_t size,
                 const struct pj_config *config,
                 struct pj_journal **journal);

// Erases the region and makes an empty journal of it. It is refused where an old journal still owes
// something, or cannot be read and so may.
//
// Memory and result as in pj_mount.
int32_t pj_format(void *memory,
                  size_t size,
                  const struct pj_config *config,
                  const struct pj_format_as *how,
                  struct pj_journal **journal);

// The journal is gone from its memory, and a file is closed. Nothing has to be written for that: a
// terminal may as well be switched off. NULL is left alone.
int32_t pj_close(struct pj_journal *journal);

// What the last call with this journal that failed had to say; code PJ_OK: none did yet.
int32_t pj_last_error(const struct pj_journal *journal, struct pj_error *error);

// Mounts the journal in a file, which is locked until pj_close. With `how` a file that is not there is
// made and formatted, and one in which that was interrupted is formatted; with NULL it has to be there.
//
// Of `config` the callbacks are not used, read_size is 1, and erase_size is a multiple of 512. The file is
// region_start + region_size bytes long. A program or an erase returns when fdatasync has. Only in a
// library that was built for an operating system (feature `std`); it allocates. Memory and result as in
// pj_mount.
int32_t pj_open_file(void *memory,
                     size_t size,
                     const char *path,
                     const struct pj_config *config,
                     const struct pj_format_as *how,
                     struct pj_journal **journal);

// Says who a book is to its host from here on. The same again writes nothing, so it may be called at every
// start. Refused while the book owes anything, unless `forced`: then open payments become unresolved.
// Returns the index.
int32_t pj_set_identity(struct pj_journal *journal,
                        uint32_t book,
                        const struct pj_identity *identity,
                        int32_t forced);

// Who a book is to its host; index -1: nobody said. Reads the whole log.
int32_t pj_identity(struct pj_journal *journal, uint32_t book, struct pj_identity *identity);

// Records what runs on the terminal: the firmware's version (at most 24 characters), and a number or hash
// of its configuration. The same again writes nothing.
int32_t pj_device(struct pj_journal *journal,
                  const char *firmware,
                  uint32_t config);

// Records that the terminal has started. Not done by itself.
int32_t pj_started(struct pj_journal *journal, const struct pj_boot *boot);

// Records a remark of at most 48 characters.
int32_t pj_note(struct pj_journal *journal, const char *remark);

// Fills in a style, to be changed.
int32_t pj_profile_style(int32_t style, struct pj_profile *profile);

// Sets how the host of a book wants to be spoken to: a style as it is (PJ_STYLE_...). After every start;
// until then it is PJ_STYLE_PLAIN.
int32_t pj_set_style(struct pj_journal *journal,
                     uint32_t book,
                     int32_t style);

// As pj_set_style, with a profile of the firmware's own. `memory` is the journal's until pj_close, for
// this book alone.
int32_t pj_set_profile(struct pj_journal *journal,
                       uint32_t book,
                       const struct pj_profile *profile,
                       struct pj_profile_memory *memory);

// Whether a payment of this kind may begin in this book now: asked before the card is read. PJ_OK, or
// what has to be done first. Writes nothing. `start` may be NULL.
int32_t pj_may_start(struct pj_journal *journal,
                     uint32_t book,
                     int32_t kind,
                     struct pj_start *start);

// The payment that one of this card and amount may be a second charge for; asked when the card is read.
// Returns PJ_DUPLICATE_..., and fills `duplicate` where it is not NONE. It never blocks.
int32_t pj_duplicate_of(struct pj_journal *journal,
                        uint32_t book,
                        const char *card,
                        uint64_t amount,
                        const struct pj_moment *moment,
                        struct pj_duplicate *duplicate);

// The cashier was warned of a duplicate of `first` and said yes: evidence, durable when this returns.
int32_t pj_confirmed(struct pj_journal *journal,
                     uint32_t first);

// Begins a payment. When it returns PJ_BEGUN_NEW its intent is durable, and all that it can still need
// has room: now the first byte may leave. PJ_BEGUN_BEFORE: see there.
int32_t pj_begin(struct pj_journal *journal,
                 const struct pj_begin *begin,
                 struct pj_begun *begun);

// What a DE39 means by the usual reading: PJ_VERDICT_... NULL: no usable DE39. `completed`: nothing more
// is needed after an approval (0 for a contact chip).
int32_t pj_verdict(const char *de39,
                   int32_t completed);

// The payment was answered (a refund or QR order: its query). Only when this has returned may the answer
// be shown, printed or reported. Returns PJ_STATUS_...
int32_t pj_outcome(struct pj_journal *journal,
                   uint32_t item,
                   int32_t verdict,
                   const struct pj_reply *reply);

// No usable answer came in time: from now on the payment owes its reversal (a refund, a query). Returns
// PJ_STATUS_...
int32_t pj_no_answer(struct pj_journal *journal,
                     uint32_t item,
                     uint32_t elapsed_ms,
                     uint64_t uptime);

// The transport proved that it took not one byte of the request: nothing is owed. Returns PJ_STATUS_...
int32_t pj_not_sent(struct pj_journal *journal,
                    uint32_t item);

// The chip confirmed (TC): logged and disarmed. `emv` (or NULL): chip data of after that. Returns
// PJ_STATUS_...
int32_t pj_complete(struct pj_journal *journal,
                    uint32_t item,
                    const uint8_t *emv,
                    uint32_t emv_size);

// A reversal is owed although an answer may be known: AAC, card removed, MAC wrong. Returns
// PJ_STATUS_...
int32_t pj_reverse(struct pj_journal *journal, uint32_t item, int32_t reason);

// No answer came, and then the chip approved offline (Y3). What was sent owes a reversal (`sent` 1; 0: it
// is proven that not a byte was), and the sale is stored as an offline one: both in one record, durable
// when this returns. `begin` is the offline sale; `*sale` what was written of it.
int32_t pj_offline_approved(struct pj_journal *journal,
                            uint32_t item,
                            int32_t sent,
                            const struct pj_begin *begin,
                            struct pj_intent *sale);

// An answer that nobody waits for. Returns PJ_LATE_...; `item` (or NULL) is the payment.
int32_t pj_late(struct pj_journal *journal, const struct pj_late_answer *answer, uint32_t *item);

// Keeps a sealed card number or chip data beside a payment (either may be NULL), until both the payment
// and its batch are closed. The newest of each counts.
int32_t pj_attach(struct pj_journal *journal,
                  uint32_t item,
                  const uint8_t *sealed,
                  uint32_t sealed_size,
                  const uint8_t *emv,
                  uint32_t emv_size);

// A slip of this payment is about to be printed: from here on its receipt is a duplicate.
int32_t pj_printed(struct pj_journal *journal, uint32_t item);

// What is to be done next: ask again after each duty, and after every start, until it says
// PJ_NEXT_NOTHING. `uptime` is in milliseconds since the terminal started.
int32_t pj_due(struct pj_journal *journal, uint64_t uptime, struct pj_next *next);

// Everything that is owed, in order and without its times: for showing. Act on pj_due.
int32_t pj_duties(struct pj_journal *journal, pj_tell_duty tell, void *context);

// Makes an attempt durable, before its first byte leaves, and says what to send: a reversal, an advice,
// the cancel of a QR order or its refund.
int32_t pj_attempt(struct pj_journal *journal,
                   uint32_t item,
                   uint64_t uptime,
                   struct pj_attempted *attempted);

// The answer to an attempt, with what it means (PJ_ANSWER_...). `de39` may be NULL. Returns
// PJ_STATUS_...
int32_t pj_answer(struct pj_journal *journal, uint32_t item, int32_t class_, const char *de39);

// The answer to an attempt, read by the profile of its book. NULL: no answer came, or none that can be
// used. Returns PJ_STATUS_...
int32_t pj_answered(struct pj_journal *journal,
                    uint32_t item,
                    const char *de39);

// It is proven that not a byte of the newest attempt was sent: it does not count. Returns PJ_STATUS_...
int32_t pj_unsent(struct pj_journal *journal,
                  uint32_t item);

// A refund or a QR order was asked about now and no final answer came, or a connection for any duty
// failed: it waits from here on. Nothing is written.
int32_t pj_asked(struct pj_journal *journal, uint32_t item, uint64_t uptime);

// The firmware gives up before the limit of the profile: unresolved. Returns PJ_STATUS_...
int32_t pj_give_up(struct pj_journal *journal, uint32_t item);

// An operator decides that a payment is not pursued any more: who (at most 16 characters), and why (40).
// Returns PJ_STATUS_...
int32_t pj_abandon(struct pj_journal *journal,
                   uint32_t item,
                   const char *who,
                   const char *why);

// An operator decides that a payment which is unresolved or was refused is tried again. Returns
// PJ_STATUS_...
int32_t pj_retry(struct pj_journal *journal, uint32_t item, const char *who, const char *why);

// Locks a book for its settlement and freezes the figures. `totals` may be NULL.
int32_t pj_close_batch(struct pj_journal *journal, uint32_t book, struct pj_totals *totals);

// Calls a settlement off; possible only before its first 0500.
int32_t pj_unlock_batch(struct pj_journal *journal, uint32_t book);

// Makes a 0500 durable, before its first byte leaves, and says what to send.
int32_t pj_settle_attempt(struct pj_journal *journal,
                          uint32_t book,
                          uint64_t uptime,
                          struct pj_settle_request *request);

// The answer to a 0500, with what it means (PJ_SETTLE_...). `de39` may be NULL.
int32_t pj_settle_answer(struct pj_journal *journal,
                         uint32_t book,
                         int32_t class_,
                         const char *de39);

// The DE39 of the answer to a 0500, read by the profile; NULL: none. Returns PJ_SETTLE_...
int32_t pj_settle_answer_de39(struct pj_journal *journal, uint32_t book, const char *de39);

// DE48 of the answer to a UnionPay-style 0500; NULL: no answer. Returns PJ_SETTLE_...
int32_t pj_settle_answer_de48(struct pj_journal *journal,
                              uint32_t book,
                              const uint8_t *de48,
                              uint32_t size);

// An upload or the message that ends it was not answered, or a connection for any step failed: pj_due
// waits from here on. Nothing is written.
int32_t pj_settle_tried(struct pj_journal *journal,
                        uint32_t book,
                        uint64_t uptime);

// DE60.3 of the message that ends a UnionPay-style settlement: 207 where it balanced, 202 after an
// upload.
int32_t pj_settle_end(struct pj_journal *journal, uint32_t book);

// The next payment to upload (0320) after one that was acknowledged; 0 after the last. pj_receipt says
// the rest. Reads the whole log. PJ_ERR_MAY_BE_LOST: a payment may be among records that could not be
// read; try again.
int32_t pj_next_upload(struct pj_journal *journal,
                       uint32_t book,
                       uint32_t after,
                       uint32_t *item);

// As pj_next_upload, where records are lost for good and someone has looked: the next payment that can be
// read.
int32_t pj_next_upload_even_if_lost(struct pj_journal *journal,
                                    uint32_t book,
                                    uint32_t after,
                                    uint32_t *item);

// The host acknowledged the upload of every payment up to and with `through`.
int32_t pj_uploaded(struct pj_journal *journal, uint32_t book, uint32_t through);

// The host acknowledged the end of the upload, or the end message of a settlement that balanced.
// PJ_ERR_MAY_BE_LOST: as pj_next_upload.
int32_t pj_upload_ended(struct pj_journal *journal, uint32_t book);

// As pj_upload_ended, where records are lost for good and someone has looked which payments of the
// batch were among them.
int32_t pj_upload_ended_even_if_lost(struct pj_journal *journal, uint32_t book);

// Closes the settled batch; the next one, whose number is returned, is open when this returns.
int32_t pj_batch_closed(struct pj_journal *journal, uint32_t book);

// An operator (at most 16 characters) opens the next batch although the settlement of this one is not
// finished. Its number is returned; the old one stays owed.
int32_t pj_next_batch(struct pj_journal *journal,
                      uint32_t book,
                      const char *who);

// Sets the numbers of an empty book: the host did at sign-on, or this terminal replaces another. `stan`
// and `invoice`: the next ones, or 0 where they stay.
int32_t pj_set_numbers(struct pj_journal *journal,
                       uint32_t book,
                       uint32_t batch,
                       uint32_t stan,
                       uint32_t invoice);

// DE48 of the 0500 of a book's batch: domestic cards, then foreign ones. What pj_settle_attempt said.
int32_t pj_settle_de48(struct pj_journal *journal,
                       uint32_t book,
                       uint8_t (*de48)[PJ_DE48_SIZE]);

// DE63 of the 0500 of a book's batch.
int32_t pj_settle_de63(struct pj_journal *journal, uint32_t book, uint8_t (*de63)[PJ_DE63_SIZE]);

// DE74 to DE97 of the 0500 of a book's batch, of row `row` of its totals.
int32_t pj_settle_iso(struct pj_journal *journal,
                      uint32_t book,
                      uint32_t row,
                      struct pj_iso_figures *figures);

// What became of the payment with this cash-register reference. Returns PJ_STATUS_...; `known` may be
// NULL. Reads the whole log.
int32_t pj_status(struct pj_journal *journal,
                  const char *reference,
                  struct pj_known *known);

// The newest payment; item 0: there is none.
int32_t pj_last(struct pj_journal *journal, struct pj_known *known);

// Everything that a slip of this payment needs. Reads the whole log. Call pj_printed before printing.
int32_t pj_receipt(struct pj_journal *journal,
                   uint32_t item,
                   struct pj_receipt *receipt);

// The value of a tag in chip data: `*value` points into `emv`, and is NULL where the tag is not there.
// Returns its size.
int32_t pj_emv_tag(const uint8_t *emv,
                   uint32_t emv_size,
                   uint32_t tag,
                   const uint8_t **value);

// An open payment, from memory: PJ_ERR_NOT_OPEN where it is closed. Act on pj_due.
int32_t pj_item(struct pj_journal *journal, uint32_t item, struct pj_item *out);

// The oldest open payment after another: 0 after the last. From 0 on, all of them.
int32_t pj_next_item(struct pj_journal *journal, uint32_t after, uint32_t *item);

// What the mount found: a torn tail, losses, damage.
int32_t pj_mount_report(struct pj_journal *journal, struct pj_mount_report *report);

// Makes what the mount found durable. Every other call does so where it matters.
int32_t pj_confirm(struct pj_journal *journal);

// One bounded step of idle work, so that no payment waits for an erase. Returns PJ_MAINTAIN_...
int32_t pj_maintain(struct pj_journal *journal, uint64_t uptime);

// What fits before something slower than a program happens.
int32_t pj_space(struct pj_journal *journal, struct pj_space *space);

// What is taken, set aside and left.
int32_t pj_room(struct pj_journal *journal, struct pj_room *room);

// The running totals of a book (X).
int32_t pj_x_totals(struct pj_journal *journal, uint32_t book, struct pj_x_totals *totals);

// The figures of the batch that was closed last (Z). Returns its number, or 0: none was. Reads the whole
// log.
int32_t pj_z_totals(struct pj_journal *journal,
                    uint32_t book,
                    struct pj_totals *totals);

// From when on every payment can be looked up, and whether that is `days` days (15 are advised): returns
// PJ_KEPT_... `retention` may be NULL. Reads the whole log.
int32_t pj_retention(struct pj_journal *journal,
                     uint32_t days,
                     struct pj_retention *retention);

// What stops a payment of this kind, without the numbers: PJ_OK, PJ_ERR_SETTLEMENT, PJ_ERR_REVERSAL and so
// on. pj_may_start looks at more.
int32_t pj_blocked(struct pj_journal *journal,
                   uint32_t book,
                   int32_t kind);

// Tells every record that is still in the log and has at least the number `from` (0: all), oldest sector
// first; a carried one where its copy lies. Returns at how many places records are lost or cannot be
// read.
int32_t pj_scan(struct pj_journal *journal,
                uint32_t from,
                pj_tell_record tell,
                void *context);

// The payment in a record: of an intent, of an offline sale, of a record that opened one again.
// PJ_ERR_VALUE: there is none in it.
int32_t pj_record_intent(const struct pj_record *record, struct pj_intent *intent);

// The answer in a record of kind 0x82. PJ_ERR_VALUE: it is of another kind.
int32_t pj_record_outcome(const struct pj_record *record, struct pj_outcome *outcome);

// Streams the whole region through `sink`: the dump that the host's tools read. Reads only. PJ_ERR_STOPPED:
// the sink did not return 0. `exported` may be NULL.
int32_t pj_export(struct pj_journal *journal,
                  pj_sink sink,
                  void *context,
                  struct pj_exported *exported);

// As pj_export, of a region that need not hold a journal that mounts. It may not be mounted now.
int32_t pj_export_region(const struct pj_config *config,
                         pj_sink sink,
                         void *context,
                         struct pj_exported *exported);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* POS_JOURNAL_H */
