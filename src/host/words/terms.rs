//! The words for what the crate knows, as tables without a last resort: a new state or a new kind of
//! record does not build until it has words in both languages.

use super::table::{self as w, Word};
use crate::dump::{Class, Relation, SectorState, Standing};
use crate::ledger::{ItemState, Phase};
use crate::log::Mode;
use crate::record::{Record, TransactionKind};

pub(in crate::host) const fn state(state: ItemState) -> Word {
    match state {
        ItemState::Unanswered => w::I_UNANSWERED,
        ItemState::Approved => w::I_APPROVED,
        ItemState::Reversing => w::I_REVERSING,
        ItemState::NothingOnce => w::I_NOTHING_ONCE,
        ItemState::Querying => w::I_QUERYING,
        ItemState::Unresolved => w::I_UNRESOLVED,
        ItemState::Stored => w::I_STORED,
        ItemState::Sending => w::I_SENDING,
        ItemState::Refused => w::I_REFUSED,
        ItemState::Cancelling => w::I_CANCELLING,
        ItemState::RefundDue => w::I_REFUND_DUE,
        ItemState::Completed => w::I_COMPLETED,
        ItemState::Declined => w::I_DECLINED,
        ItemState::NeverSent => w::I_NEVER_SENT,
        ItemState::Reversed => w::I_REVERSED,
        ItemState::NotFound => w::I_NOT_FOUND,
        ItemState::Abandoned => w::I_ABANDONED,
        ItemState::Inquired => w::I_INQUIRED,
        ItemState::Cancelled => w::I_CANCELLED,
        ItemState::Refunded => w::I_REFUNDED,
    }
}

pub(in crate::host) const fn kind(kind: TransactionKind) -> Word {
    match kind {
        TransactionKind::Sale => w::K_SALE,
        TransactionKind::Void => w::K_VOID,
        TransactionKind::Refund => w::K_REFUND,
        TransactionKind::PreAuth => w::K_PRE_AUTH,
        TransactionKind::Increment => w::K_INCREMENT,
        TransactionKind::PreAuthVoid => w::K_PRE_AUTH_VOID,
        TransactionKind::Completion => w::K_COMPLETION,
        TransactionKind::CompletionVoid => w::K_COMPLETION_VOID,
        TransactionKind::RefundVoid => w::K_REFUND_VOID,
        TransactionKind::CompletionAdvice => w::K_COMPLETION_ADVICE,
        TransactionKind::OfflineSale => w::K_OFFLINE_SALE,
        TransactionKind::TipAdjust => w::K_TIP_ADJUST,
        TransactionKind::ScriptResult => w::K_SCRIPT_RESULT,
        TransactionKind::QrSale => w::K_QR_SALE,
        TransactionKind::QrRefund => w::K_QR_REFUND,
        TransactionKind::BalanceInquiry => w::K_BALANCE_INQUIRY,
    }
}

pub(in crate::host) const fn phase(phase: Phase) -> Word {
    match phase {
        Phase::Open => w::P_OPEN,
        Phase::Frozen => w::P_FROZEN,
        Phase::Sent => w::P_SENT,
        Phase::Uploading => w::P_UPLOADING,
        Phase::Ended => w::P_ENDED,
    }
}

pub(in crate::host) const fn mode(mode: Mode) -> Word {
    match mode {
        Mode::Live => w::M_LIVE,
        Mode::Test => w::M_TEST,
        Mode::Training => w::M_TRAINING,
    }
}

pub(in crate::host) const fn record(record: &Record) -> Word {
    match record {
        Record::Intent(_) => w::N_INTENT,
        Record::Outcome(_) => w::N_OUTCOME,
        Record::Completed(_) => w::N_COMPLETED,
        Record::Reverse(_) => w::N_REVERSE,
        Record::NotSent(_) => w::N_NOT_SENT,
        Record::Attempt(_) => w::N_ATTEMPT,
        Record::Answer(_) => w::N_ANSWER,
        Record::Unresolved(_) => w::N_UNRESOLVED,
        Record::Operator(_) => w::N_OPERATOR,
        Record::Late(_) => w::N_LATE,
        Record::Reopen(_) => w::N_REOPEN,
        Record::Attach(_) => w::N_ATTACH,
        Record::OfflineApproved(_) => w::N_OFFLINE_APPROVED,
        Record::Freeze(_) => w::N_FREEZE,
        Record::Unfreeze(_) => w::N_UNFREEZE,
        Record::SettleAttempt(_) => w::N_SETTLE_ATTEMPT,
        Record::SettleAnswer(_) => w::N_SETTLE_ANSWER,
        Record::Uploaded(_) => w::N_UPLOADED,
        Record::UploadEnd(_) => w::N_UPLOAD_END,
        Record::BatchClosed(_) => w::N_BATCH_CLOSED,
        Record::SetBatch(_) => w::N_SET_BATCH,
        Record::NextBatch(_) => w::N_NEXT_BATCH,
        Record::Identity(_) => w::N_IDENTITY,
        Record::Boot(_) => w::N_BOOT,
        Record::Note(_) => w::N_NOTE,
        Record::Printed(_) => w::N_PRINTED,
        Record::Confirmed(_) => w::N_CONFIRMED,
        Record::Device(_) => w::N_DEVICE,
    }
}

pub(in crate::host) const fn sector(state: SectorState) -> Word {
    match state {
        SectorState::Active => w::C_ACTIVE,
        SectorState::Full => w::C_FULL,
        SectorState::Spare => w::C_SPARE,
        SectorState::HalfOpen => w::C_HALF_OPEN,
        SectorState::Blank => w::C_BLANK,
        SectorState::FormatMark => w::C_FORMAT_MARK,
        SectorState::Damaged => w::C_DAMAGED,
        SectorState::Missing => w::C_MISSING,
    }
}

pub(in crate::host) const fn standing(standing: Standing) -> Word {
    match standing {
        Standing::Counts => w::G_COUNTS,
        Standing::Carried => w::G_CARRIED,
        Standing::BehindDamage => w::G_BEHIND,
        Standing::Reclaimed => w::G_RECLAIMED,
        Standing::Dead => w::G_DEAD,
    }
}

pub(in crate::host) const fn relation(relation: Relation) -> Word {
    match relation {
        Relation::Same => w::X_SAME,
        Relation::Continuation => w::X_CONTINUATION,
        Relation::Older => w::X_OLDER,
        Relation::Fork => w::X_FORK,
        Relation::Broken => w::X_BROKEN,
        Relation::OtherJournal => w::X_OTHER,
    }
}

/// The name of a class of findings, and in Chinese what it means.
pub(in crate::host) const fn class(class: Class) -> (Word, Word) {
    match class {
        Class::Length => (w::F_LENGTH, w::FM_LENGTH),
        Class::Export => (w::F_EXPORT, w::FM_EXPORT),
        Class::Unreadable => (w::F_UNREADABLE, w::FM_UNREADABLE),
        Class::Header => (w::F_HEADER, w::FM_HEADER),
        Class::FormatInterrupted => (w::F_FORMAT, w::FM_FORMAT),
        Class::Damaged => (w::F_DAMAGED, w::FM_DAMAGED),
        Class::TornOrLost => (w::F_TORN, w::FM_TORN),
        Class::BootFrame => (w::F_BOOT, w::FM_BOOT),
        Class::MissingRecords => (w::F_MISSING, w::FM_MISSING),
        Class::RecordedLoss => (w::F_LOSS, w::FM_LOSS),
        Class::Contradiction => (w::F_CONTRADICTION, w::FM_CONTRADICTION),
        Class::Checkpoint => (w::F_CHECKPOINT, w::FM_CHECKPOINT),
        Class::UnknownKind => (w::F_KIND, w::FM_KIND),
        Class::Malformed => (w::F_MALFORMED, w::FM_MALFORMED),
        Class::Refused => (w::F_REFUSED, w::FM_REFUSED),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Lang;
    use super::*;

    #[test]
    fn english_is_the_word_that_the_crate_uses_itself() {
        for state in ItemState::ALL {
            assert_eq!(super::state(*state).of(Lang::En), state.name());
        }
        for kind in TransactionKind::ALL {
            assert_eq!(super::kind(*kind).of(Lang::En), kind.name());
        }
        for phase in Phase::ALL {
            assert_eq!(super::phase(*phase).of(Lang::En), phase.to_string());
        }
    }
}
