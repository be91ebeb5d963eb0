//! What operations cost on real parts: typical figures of datasheets.
//!
//! | part | figure | from | checked |
//! |---|---|---|---|
//! | W25Q128JV | first byte 30 us, each further 2.5 us, page 0.4 ms, 4 KiB erase 45 ms | Winbond W25Q128JV, AC Electrical Characteristics (tBP1, tBP2, tPP, tSE) | no |
//! | | 50 MHz single SPI: 20 ns a bit; a read begins with 5 bytes, a program with 4 after a write enable of 1 | arithmetic | |
//! | STM32L476 | 64 bits 81.69 us, 2 KiB page erase 22.02 ms | ST DS10198, flash memory characteristics (tprog, tERASE) | no |
//! | STM32H743 | 256 bits 290 us, 128 KiB erase 2 s, both at x8, the slowest parallelism (x64: 100 us and 1 s) | ST DS12110, table 53 in one revision (tprog, tERASE128KB) | second hand |
//! | nRF52840 | 32 bits 41 us, 4 KiB page erase 85 ms: the only figures given, no typical ones | Nordic nRF52840 PS v1.11, NVMC (tWRITE, tERASEPAGE) | second hand |
//! | on-chip parts | reads by the core: 12, 2 and 16 ns a byte | estimates from bus width, wait states and clock | no |
//!
//! *second hand*: found in public code and notes that cite the document. *no*: not found when this was
//! written, so from memory. Take your own datasheet before you rely on a time.

/// The times of a part. All of them typical, not worst. [`Part::default`] costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Before the first byte of a read.
    pub read_setup_ns: u64,
    /// Each byte read.
    pub read_byte_ns: u64,
    /// Bytes of a program page; a program that crosses one pays `program_setup_ns` again. 0: no pages.
    pub page: u32,
    /// Before the first byte of a program.
    pub program_setup_ns: u64,
    /// Bytes that are programmed at a time.
    pub program_unit: u32,
    /// Each such unit.
    pub program_unit_ns: u64,
    /// No page takes longer than this; 0: no such limit.
    pub page_most_ns: u64,
    /// Each erase block.
    pub erase_ns: u64,
}

impl Part {
    /// SPI NOR of the W25Q128JV class, 50 MHz single SPI, 4 KiB sectors.
    pub const W25Q128JV: Part = Part {
        read_setup_ns: 5 * 160,
        read_byte_ns: 160,
        page: 256,
        program_setup_ns: 30_000 + 5 * 160,
        program_unit: 1,
        program_unit_ns: 2_500 + 160,
        // The page's own limit, and what it takes to send it.
        page_most_ns: 400_000 + (5 + 256) * 160,
        erase_ns: 45_000_000,
    };
    /// On-chip flash of the STM32L4 class: 8-byte units, 2 KiB pages.
    pub const STM32L4: Part = Part {
        read_setup_ns: 0,
        read_byte_ns: 12,
        page: 0,
        program_setup_ns: 0,
        program_unit: 8,
        program_unit_ns: 81_690,
        page_most_ns: 0,
        erase_ns: 22_020_000,
    };
    /// On-chip flash of the STM32H7 class: 32-byte units, 128 KiB sectors, programmed 8 bits wide.
    pub const STM32H7: Part = Part {
        read_setup_ns: 0,
        read_byte_ns: 2,
        page: 0,
        program_setup_ns: 0,
        program_unit: 32,
        program_unit_ns: 290_000,
        page_most_ns: 0,
        erase_ns: 2_000_000_000,
    };
    /// On-chip flash of the nRF52840 class: 4-byte units, 4 KiB pages.
    pub const NRF52840: Part = Part {
        read_setup_ns: 0,
        read_byte_ns: 16,
        page: 0,
        program_setup_ns: 0,
        program_unit: 4,
        program_unit_ns: 41_000,
        page_most_ns: 0,
        erase_ns: 85_000_000,
    };

    /// Nanoseconds of one read call.
    pub const fn read_ns(&self, bytes: usize) -> u64 {
        self.read_setup_ns + self.read_byte_ns * bytes as u64
    }

    /// Nanoseconds of one program call.
    pub fn program_ns(&self, address: u32, bytes: usize) -> u64 {
        let unit = u64::from(self.program_unit.max(1));
        let units = |bytes: u64| bytes.div_ceil(unit) * self.program_unit_ns;
        if self.page == 0 {
            return self.program_setup_ns + units(bytes as u64);
        }
        let page = u64::from(self.page);
        let (mut at, end) = (u64::from(address), u64::from(address) + bytes as u64);
        let mut sum = 0;
        while at < end {
            let next = ((at / page + 1) * page).min(end);
            let cost = self.program_setup_ns + units(next - at);
            sum += if self.page_most_ns > 0 { cost.min(self.page_most_ns) } else { cost };
            at = next;
        }
        sum
    }

    /// Nanoseconds of one erase call over whole blocks of `block` bytes, which is what the part erases
    /// at a time: two blocks cost two erases.
    pub const fn erase_ns(&self, bytes: usize, block: usize) -> u64 {
        self.erase_ns * (bytes / block) as u64
    }
}
