//! Absolute paths as text, compared component by component.

/// Longest path that Linux takes, bytes, with the zero at its end; what is as long is refused on every system.
pub const PATH_LIMIT_BYTES: usize = 4096;
/// Longest name, bytes.
pub const NAME_LIMIT_BYTES: usize = 255;

/// Of a path in normal form.
pub fn components(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty())
}

/// Absolute, and no empty component, `.` or `..` in it.
pub fn is_normal(path: &str) -> bool {
    path.strip_prefix('/')
        .is_some_and(|rest| rest.is_empty() || rest.split('/').all(is_ordinary))
}

/// Neither empty nor `.` nor `..`.
pub fn is_ordinary(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
}

/// The normal form by letters alone.
pub fn lexical_components(path: &str) -> Vec<&str> {
    let mut components = Vec::new();
    for name in path.split('/') {
        if name == ".." {
            components.pop();
        } else if is_ordinary(name) {
            components.push(name);
        }
    }
    components
}

/// Whether `inner` is `outer` or lies below it. Both in normal form.
pub fn is_within(inner: &str, outer: &str) -> bool {
    outer == "/"
        || inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether `components` begin with `beginning`.
pub fn starts_with<'a>(components: &[&str], mut beginning: impl Iterator<Item = &'a str>) -> bool {
    let mut rest = components.iter();
    beginning.all(|name| rest.next() == Some(&name))
}
