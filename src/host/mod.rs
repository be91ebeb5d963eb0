//! What only a host does: the `pos-journal` program's commands.
