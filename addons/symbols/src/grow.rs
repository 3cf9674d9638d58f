//! Growth of columns: by a quarter, not twofold, because what is not filled counts as memory of the index.

/// Makes room for `more` elements. Amortised O(1) an element.
pub(crate) fn reserve<T>(column: &mut Vec<T>, more: usize) {
    if column.capacity() - column.len() < more {
        column.reserve_exact(more.max(column.len() / 4));
    }
}

/// Gives back what a column that became much shorter does not need.
pub(crate) fn shrink<T>(column: &mut Vec<T>) {
    if column.capacity() > 1024 && column.capacity() / 2 > column.len() {
        column.shrink_to(column.len() + column.len() / 4);
    }
}
