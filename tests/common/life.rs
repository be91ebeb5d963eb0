//! A long life with every fault at random.
