//! The points at which a test build can leave out one flush or one check, to prove that some test notices.
//!
//! In every other build [`is_off`] is the constant `false` and costs nothing.

macro_rules! points {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// Something whose absence a test must notice.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Point {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Point {
            /// All of them.
            pub const ALL: &'static [Point] = &[$(Point::$variant,)*];

            /// The name by which `PAIRBENCH_MUTATION` switches it off.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Point::$variant => $name,)*
                }
            }
        }
    };
}

points! {
    /// The flush after a commit.
    FlushFrame = "flush-frame",
    /// The flush that a caller asks for in the buffered level.
    FlushOnRequest = "flush-on-request",
    /// The flush at closing.
    FlushAtClose = "flush-at-close",
    /// The flush of a segment before the next one is made.
    FlushBeforeRotation = "flush-before-rotation",
    /// The flush of a new segment's header, before it gets its name.
    FlushSegmentHeader = "flush-segment-header",
    /// The flush of the directory after a new segment got its name.
    FlushDirectoryAfterRotation = "flush-directory-after-rotation",
    /// The flush of the directory above a new log.
    FlushParent = "flush-parent",
    /// The flush of the directory after each segment that pruning removes.
    FlushDirectoryAfterPrune = "flush-directory-after-prune",
    /// The flush of the last segment when a writer opens.
    FlushAtOpen = "flush-at-open",
    /// The flush of the directory when a writer opens.
    FlushDirectoryAtOpen = "flush-directory-at-open",
    /// Writing again, at opening, the frames that nothing proves flushed.
    RewriteAtOpen = "rewrite-at-open",
    /// The zeros over a torn tail.
    EraseTail = "erase-tail",
    /// The flush of those zeros.
    FlushErasedTail = "flush-erased-tail",
    /// The checksum of a segment's header.
    CheckSegmentHeader = "check-segment-header",
    /// The checksum of a frame's header.
    CheckFrameHeader = "check-frame-header",
    /// The checksum of a frame's body.
    CheckFrameBody = "check-frame-body",
    /// The checksum of `WRITER`.
    CheckWriter = "check-writer",
    /// The number of a frame.
    CheckFrameNumber = "check-frame-number",
    /// The search behind the end for frames that prove damage.
    CheckBehindTheEnd = "check-behind-the-end",
    /// The comparison of the end with what `WRITER` says was flushed.
    CheckFlushedByWriter = "check-flushed-by-writer",
    /// The comparison of a segment's end with the next one's first number.
    CheckContinuity = "check-continuity",
    /// The limit of a reader.
    CheckReaderLimit = "check-reader-limit",
    /// The table of lengths in a frame of events.
    CheckEventLengths = "check-event-lengths",
    /// The checksum of a chunk that is loaded.
    CheckChunk = "check-chunk",
    /// The comparison of a chunk with the stored one that has its checksum.
    CheckSharedBytes = "check-shared-bytes",
    /// The flush of what moved, before the segment it moved from goes.
    FlushBeforeGivingBack = "flush-before-giving-back",
    /// The flush of the directory above a new spool.
    FlushSpoolParent = "flush-spool-parent",
    /// The flush of an output before it gets its name.
    FlushOutput = "flush-output",
    /// The flush of an output's checksums before they get their name.
    FlushSums = "flush-sums",
    /// The flush of the directory when an output has its names.
    FlushSpoolDirectory = "flush-spool-directory",
    /// The flush of the directory after a removal from a spool.
    FlushSpoolRemoval = "flush-spool-removal",
    /// The checksum of the blocks that are read from a spool.
    CheckSpoolBlock = "check-spool-block",
    /// The checksum of a spool's checksums.
    CheckSums = "check-sums",
}

/// Whether the environment variable `PAIRBENCH_MUTATION` names this point. Read once.
#[cfg(any(test, feature = "sim"))]
#[inline]
pub fn is_off(point: Point) -> bool {
    use std::sync::OnceLock;
    static OFF: OnceLock<Option<Point>> = OnceLock::new();
    *OFF.get_or_init(|| {
        let name = std::env::var("PAIRBENCH_MUTATION").ok()?;
        let point = Point::ALL.iter().find(|point| point.name() == name);
        Some(*point.unwrap_or_else(|| panic!("no mutation point is called {name}")))
    }) == Some(point)
}

/// No point is ever off here.
#[cfg(not(any(test, feature = "sim")))]
#[inline(always)]
pub const fn is_off(_: Point) -> bool {
    false
}
