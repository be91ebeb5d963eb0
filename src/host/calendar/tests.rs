use chinese_holiday::{Ymd, chinese_holiday};
use jiff::civil::{Date, DateTime, date};

use super::*;

fn terms(text: &str) -> Terms {
    Terms::read(text).unwrap()
}

fn due(terms: &Terms, paid: &str) -> Date {
    let paid: DateTime = paid.parse().unwrap();
    terms.due(paid, &Calendar::china()).unwrap().date
}

/// Trade days at noon.
#[test]
fn make_up_days_and_holidays_move_the_due_date() {
    let table = [
        ("2026-02-13", "2026-02-14", "2026-02-24", "2026-02-14"),
        ("2026-02-14", "2026-02-24", "2026-02-24", "2026-02-15"),
        ("2026-05-08", "2026-05-09", "2026-05-11", "2026-05-09"),
        ("2026-06-18", "2026-06-22", "2026-06-22", "2026-06-19"),
        ("2026-09-19", "2026-09-20", "2026-09-21", "2026-09-20"),
        ("2026-09-24", "2026-09-28", "2026-09-28", "2026-09-25"),
        ("2026-09-30", "2026-10-08", "2026-10-08", "2026-10-01"),
        ("2026-10-09", "2026-10-10", "2026-10-12", "2026-10-10"),
    ];
    let (settle, not) = (terms("cycle='T+1'"), terms("cycle='T+1'\nmakeup_days_settle=false"));
    for (paid, worked, free, calendar) in table {
        let noon = format!("{paid}T12:00:00");
        assert_eq!(due(&settle, &noon).to_string(), worked, "{paid}");
        assert_eq!(due(&not, &noon).to_string(), free, "{paid}");
        assert_eq!(due(&terms("cycle='D+1'"), &noon).to_string(), calendar, "{paid}");
    }
}

#[test]
fn longer_cycles_cut_off_hours_and_windows() {
    let cases = [
        ("cycle='T+0'", "2026-10-02T12:00:00", "2026-10-02"),
        ("cycle='T+2'", "2026-09-30T12:00:00", "2026-10-09"),
        ("cycle='T+3'", "2026-09-30T12:00:00", "2026-10-10"),
        ("cycle='T+3'\nmakeup_days_settle=false", "2026-09-30T12:00:00", "2026-10-12"),
        ("cycle='D+1'\ncut='22:40'", "2026-11-20T22:39:59", "2026-11-21"),
        ("cycle='D+1'\ncut='22:40'", "2026-11-20T22:40:00", "2026-11-22"),
        // Friday after the cut belongs to Saturday: T+1 is still Monday.
        ("cycle='T+1'\ncut='23:00'", "2026-11-20T23:00:00", "2026-11-23"),
        ("cycle='T+1'\ncut='00:00'", "2026-11-20T23:59:59", "2026-11-23"),
        ("cycle='T+1'\ncut='24:00'", "2026-11-20T23:59:59", "2026-11-23"),
        ("", "2026-11-20T12:00:00", "2026-11-23"),
    ];
    for (text, paid, expected) in cases {
        assert_eq!(due(&terms(text), paid).to_string(), expected, "{text} {paid}");
    }
    let due = terms("arrives='09:00-17:30'")
        .due("2026-11-20T12:00:00".parse().unwrap(), &Calendar::china())
        .unwrap();
    assert_eq!(due.from.to_string(), "2026-11-23T09:00:00");
    assert!(!due.is_late("2026-11-23T17:30:00".parse().unwrap()));
    assert!(due.is_late("2026-11-23T17:30:01".parse().unwrap()));
    let late = due.late_by("2026-11-23T18:30:00".parse().unwrap()).unwrap();
    assert_eq!(late.as_mins(), 60);
}

#[test]
fn a_year_that_is_not_announced_is_never_guessed() {
    let china = Calendar::china();
    let at = |text: &str| terms("cycle='T+1'").due(text.parse().unwrap(), &china);
    assert_eq!(at("2027-03-01T12:00:00"), Err(UnknownYear(2027)));
    // The notice for 2027 may move the last days of 2026.
    assert_eq!(at("2026-12-24T12:00:00"), Err(UnknownYear(2027)));
    assert_eq!(at("2026-12-23T12:00:00").unwrap().date, date(2026, 12, 24));
    // Calendar days need no notice.
    let days = terms("cycle='D+1'").due("2027-03-01T12:00:00".parse().unwrap(), &china);
    assert_eq!(days.unwrap().date, date(2027, 3, 2));
    // At the end of the calendar's years there is an answer too.
    assert!(terms("cycle='D+1'").due("9999-12-31T12:00:00".parse().unwrap(), &china).is_err());
}

#[test]
fn our_table_agrees_with_another_one() {
    let china = Calendar::china();
    let mut day = date(2024, 1, 1);
    let mut working = [0; 3];
    while day <= date(2026, 12, 24) {
        let ymd = Ymd::new(day.year() as u16, day.month() as u8, day.day() as u8);
        let works = matches!(china.day(day).unwrap(), Day::Work | Day::MakeUp);
        assert_eq!(works, chinese_holiday(ymd).is_workday(), "{day}");
        working[usize::from(day.year().abs_diff(2024))] += u32::from(works);
        day = day.tomorrow().unwrap();
    }
    // 248 in 2026, less the five after the 24th of December: Friday, Monday to Thursday.
    assert_eq!(working[2], 248 - 5);
}

#[test]
fn another_country_is_a_file_and_a_later_year_too() {
    let saudi = "name='sa'\nweekend=['fri','sat']\n[[year]]\nyear=2026\noff=['2026-09-23']\n";
    let saudi = Calendar::read(saudi).unwrap();
    assert_eq!(saudi.name(), "sa");
    assert_eq!(saudi.day(date(2026, 11, 20)), Ok(Day::Weekend));
    assert_eq!(saudi.day(date(2026, 11, 22)), Ok(Day::Work));
    assert_eq!(saudi.day(date(2026, 9, 23)), Ok(Day::Holiday));

    let mut china = Calendar::china();
    let later = "name='cn'\nweekend=[]\n[[year]]\nyear=2027\noff=['2026-12-31/2027-01-02']\n";
    china.extend(Calendar::read(later).unwrap());
    assert_eq!(china.day(date(2026, 12, 31)), Ok(Day::Holiday));
    assert_eq!(china.day(date(2026, 12, 30)), Ok(Day::Work));
}

#[test]
fn broken_files_say_what_is_wrong() {
    let year = |line: &str| format!("name='x'\nweekend=['sat']\n[[year]]\nyear=2026\n{line}\n");
    let cases = [
        ("name='x'\nweekend=['caturday']".to_string(), "caturday"),
        (year("off=['2026-02-30']"), "2026-02-30"),
        (year("off=['2026-02-03/2026-02-01']"), "2026-02-03/2026-02-01"),
        (year("off=['2026-01-01/2026-12-31']"), "2026-01-01/2026-12-31"),
        (year("off=['2025-02-01']"), "not in 2026"),
        (year("off=['2026-02-01','2026-02-01']"), "twice"),
        (year("of=['2026-02-01']"), "of"),
    ];
    for (text, says) in cases {
        let error = Calendar::read(&text).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    for text in
        ["cycle='W+1'", "cycle='T+31'", "cut='25:00'", "arrives='9'", "arrives='18:00-10:00'"]
    {
        assert!(Terms::read(text).is_err(), "{text}");
    }
}
