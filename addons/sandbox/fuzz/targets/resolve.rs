//! Asks about arbitrary paths in a small tree with links in, out and in rings: what is allowed lies in the root by what the kernel
//! says of it, and nothing protected is written.
#![no_main]

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use pairbench_sandbox::policy::{Decision, Evaluator, Intent, Policy};

struct World {
    base: PathBuf,
    evaluator: Evaluator,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let base = std::env::temp_dir().join(format!("pairbench-fuzz-{}", std::process::id()));
        fs::create_dir_all(base.join("w/a/b")).expect("a directory is made");
        fs::create_dir_all(base.join("w/.git")).expect("a directory is made");
        fs::create_dir_all(base.join("o")).expect("a directory is made");
        let base = base.canonicalize().expect("it is there");
        fs::write(base.join("w/f"), "f").expect("a file is made");
        fs::write(base.join("o/f"), "f").expect("a file is made");
        for (target, name) in [("a/b", "i"), ("../o", "o"), ("l", "l"), ("..", "u"), (".git", "g"), ("../o/n", "n"), ("/", "s")] {
            let link = base.join("w").join(name);
            let _ = fs::remove_file(&link);
            symlink(target, link).expect("a link is made");
        }
        let root = base.join("w");
        let metadata = fs::metadata(&root).expect("it is there");
        let json = format!(
            r#"{{"version":1,"profile":"workspace","roots":[{{"path":{root:?},"access":"write","device":"{}","inode":"{}"}}],
            "system":[],"systemLinks":[],"protected":[{{"components":[".git"],"below":true}}],"private":[],"hidden":true,
            "symlinks":true,"executeInRoots":true,"paths":[],"commands":[],"unknownCommands":"deny","domains":[],"ports":[443],
            "environment":{{"pass":[],"set":{{}}}},"limits":{{"timeoutMs":1,"processes":1,"memoryBytes":16777216,"fileBytes":0,
            "temporaryBytes":65536,"descriptors":16,"outputBytes":0}},"required":true}}"#,
            metadata.dev(),
            metadata.ino(),
        );
        let policy = Policy::read(json.as_bytes()).expect("the policy is valid");
        World {
            evaluator: policy.bind(),
            base,
        }
    })
}

fuzz_target!(|data: &[u8]| {
    let world = world();
    let mut path = world.base.join("w").into_os_string().into_encoded_bytes();
    path.push(b'/');
    path.extend(data);
    let verdict = world.evaluator.evaluate(&path, Intent::Write, &[]);
    if verdict.decision != Decision::Allow {
        return;
    }
    let resolved = verdict.resolved.expect("what is allowed is resolved");
    let resolved = Path::new(std::ffi::OsStr::from_bytes(&resolved));
    let below = resolved.strip_prefix(world.base.join("w")).expect("in the root");
    assert!(
        below
            .components()
            .all(|name| !name.as_os_str().eq_ignore_ascii_case(".git"))
    );
    if let Ok(real) = fs::canonicalize(Path::new(std::ffi::OsStr::from_bytes(&path))) {
        assert_eq!(real, resolved);
    }
});
