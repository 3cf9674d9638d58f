//! Which instructions the processor has.

use std::sync::LazyLock;

/// A set of instructions that this processor has: values come only from [`Path::available`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Path {
    /// AVX2 with BMI1, BMI2, LZCNT and POPCNT.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// NEON.
    #[cfg(target_arch = "aarch64")]
    Neon,
    /// Plain Rust.
    Portable,
}

impl Path {
    /// The paths of this machine, the fastest first. The last one is always [`Path::Portable`].
    pub fn available() -> &'static [Path] {
        static PATHS: LazyLock<Vec<Path>> = LazyLock::new(detect);
        &PATHS
    }

    /// The fastest path of this machine.
    #[inline]
    pub fn best() -> Path {
        Self::available()[0]
    }

    /// A name for reports.
    pub const fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            #[cfg(target_arch = "aarch64")]
            Self::Neon => "neon",
            Self::Portable => "portable",
        }
    }
}

fn detect() -> Vec<Path> {
    let mut paths = Vec::new();
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
    {
        paths.push(Path::Avx2);
    }
    #[cfg(target_arch = "aarch64")]
    if std::arch::is_aarch64_feature_detected!("neon") {
        paths.push(Path::Neon);
    }
    paths.push(Path::Portable);
    paths
}
