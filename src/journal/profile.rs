//! Which host each book speaks to, and how that host wants it.

use super::nor_flash::NorFlash;

use super::{Error, Journal, bisync};
use crate::ledger::Refusal;
use crate::ledger::profile::Profile;

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Sets how the host of a book wants to be spoken to. After every start: a profile is a constant
    /// of the firmware and nothing of it is durable. Until then it is [`Profile::PLAIN`].
    ///
    /// # Errors
    /// There is no such book.
    pub fn set_profile(
        &mut self,
        book: u8,
        profile: &'static Profile,
    ) -> Result<(), Error<F::Error>> {
        let place = self.profiles.get_mut(usize::from(book));
        *place.ok_or(Error::Refused(Refusal::NoSuchBook { book }))? = profile;
        Ok(())
    }

    /// The profile of a book. A book that is not there has the plain one.
    #[must_use]
    pub fn profile(&self, book: u8) -> &'static Profile {
        self.profiles.get(usize::from(book)).copied().unwrap_or(&Profile::PLAIN)
    }
}
