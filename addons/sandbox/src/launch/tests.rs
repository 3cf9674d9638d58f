//! Runs of real programs under the launcher. What gets out is tried by the corpus; here it is the mechanics.

use std::fs;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Features, Group, Pattern, Prepared, Report, Request, Root, View, plan, reap, spawn};

struct Ground {
    root: PathBuf,
}

impl Ground {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("pairbench-launch-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        Self { root }
    }

    fn view(&self) -> View {
        let metadata = fs::metadata(&self.root).unwrap();
        View {
            roots: vec![Root {
                path: bytes(&self.root),
                write: true,
                device: metadata.dev(),
                inode: metadata.ino(),
            }],
            system: vec![b"/usr".to_vec(), b"/etc/ld.so.cache".to_vec()],
            links: [("/bin", "usr/bin"), ("/lib", "usr/lib"), ("/lib64", "usr/lib64")]
                .map(|(path, target)| (path.as_bytes().to_vec(), target.as_bytes().to_vec()))
                .to_vec(),
            patterns: vec![
                pattern(&[".npmrc"], true),
                pattern(&[".git", "hooks"], true),
                pattern(&[".git"], false),
            ],
            fixed: vec![],
            hidden: true,
            symlinks: true,
            execute_in_roots: true,
        }
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn pattern(components: &[&str], below: bool) -> Pattern {
    Pattern {
        components: components.iter().map(|name| name.as_bytes().to_vec()).collect(),
        below,
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    path.to_str().unwrap().as_bytes().to_vec()
}

struct Outcome {
    reports: Vec<Report>,
    stdout: String,
    stderr: String,
}

impl Outcome {
    fn status(&self) -> u32 {
        match self.reports.last() {
            Some(Report::Ended { status }) => *status,
            other => panic!("{other:?}, {}", self.stderr),
        }
    }
}

fn text(descriptor: OwnedFd) -> String {
    let mut text = Vec::new();
    fs::File::from(descriptor).read_to_end(&mut text).unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

fn run(view: &View, argv: &[&str]) -> Outcome {
    let list: Vec<_> = argv.iter().map(|word| word.as_bytes().to_vec()).collect();
    let request = Request {
        candidates: vec![list[0].clone()],
        argv: list,
        environment: vec![b"PATH=/usr/bin:/bin".to_vec(), b"HOME=/tmp/home".to_vec()],
        cwd: view.roots[0].path.clone(),
        processes: 512,
        memory_bytes: 4 << 30,
        file_bytes: 1 << 30,
        temporary_bytes: 64 << 20,
        descriptors: 256,
        port: None,
        times: false,
    };
    let features = Features::of_this_host().unwrap();
    let group = features
        .needs_group(request.processes)
        .then(|| Group::new(request.processes).unwrap());
    let started = spawn(
        &plan(&Prepared::new(view.clone(), false), &request, features),
        group,
    )
    .unwrap();
    drop(started.stdin);
    let stdout = text(started.stdout);
    let stderr = text(started.stderr);
    let mut control = fs::File::from(started.control.as_fd().try_clone_to_owned().unwrap());
    let mut reports = Vec::new();
    let mut record = [0; Report::BYTES];
    while control.read_exact(&mut record).is_ok() {
        reports.push(Report::read(&record).unwrap());
    }
    let start = Instant::now();
    while !reap(&started.process).unwrap() {
        assert!(start.elapsed() < Duration::from_secs(10), "never reaped");
        std::thread::sleep(Duration::from_micros(100));
    }
    Outcome {
        reports,
        stdout,
        stderr,
    }
}

fn shell(view: &View, script: &str) -> Outcome {
    run(view, &["/bin/sh", "-c", script])
}

#[test]
fn a_program_runs_and_its_end_is_told() {
    let ground = Ground::new("runs");
    let outcome = shell(&ground.view(), "echo out; echo err >&2; exit 7");
    assert_eq!(
        (outcome.stdout.as_str(), outcome.stderr.as_str()),
        ("out\n", "err\n")
    );
    assert_eq!(outcome.status(), 7 << 8);
    let [Report::Started { layers, landlock_abi }, _] = outcome.reports[..] else {
        panic!("{:?}", outcome.reports)
    };
    assert_eq!(landlock_abi, Features::of_this_host().unwrap().landlock_abi);
    assert_eq!(layers | 2, 0xfff);
}

#[test]
fn words_arrive_byte_for_byte() {
    let ground = Ground::new("words");
    let words = ["", "a b", "$(id)", "`", "'", "\"", "-n", "\n", "ä"];
    let mut argv = vec!["/usr/bin/printf", "<%s>"];
    argv.extend(words);
    let outcome = run(&ground.view(), &argv);
    let expected: String = words.iter().map(|word| format!("<{word}>")).collect();
    assert_eq!(outcome.stdout, expected);
}

#[test]
fn the_root_is_written_and_nothing_else_is_there() {
    let ground = Ground::new("written");
    let outcome = shell(
        &ground.view(),
        "echo new > made; mkdir -p a/b; mv a c; ln -s made link; rm -r c; cat link; \
         ls /; ls /home /root /var; echo x > /usr/x; echo x > /etc/x; echo t > /tmp/t && cat /tmp/t; id -u; cat /proc/1/environ",
    );
    assert_eq!(fs::read_to_string(ground.root.join("made")).unwrap(), "new\n");
    assert!(!ground.root.join("c").exists() && ground.root.join("link").is_symlink());
    assert!(
        outcome.stdout.starts_with("new\n"),
        "{} {}",
        outcome.stdout,
        outcome.stderr
    );
    assert!(outcome.stderr.contains("/var"), "{}", outcome.stderr);
}

#[test]
fn protected_names_are_refused_at_every_depth() {
    let ground = Ground::new("names");
    fs::create_dir_all(ground.root.join(".git/hooks")).unwrap();
    fs::write(ground.root.join(".npmrc"), "mine").unwrap();
    let outcome = shell(
        &ground.view(),
        "mkdir -p deep/er; \
         for act in 'touch deep/er/.npmrc' 'touch deep/er/.NPMRC' 'mkdir deep/.npmrc' 'mv .git aside' 'mv .npmrc x' \
           'ln .npmrc x' 'ln -s x deep/.npmrc' 'rm .npmrc' 'touch .git/hooks/pre-commit' 'sh -c \"echo x > .npmrc\"' \
           'sh -c \"echo x >> deep/../.npmrc\"' 'mkdir deep/.git'; \
         do sh -c \"$act\" 2>/dev/null && echo \"ESCAPED $act\"; done; touch plain deep/.npmrcs .git/index; echo done",
    );
    assert_eq!(outcome.stdout, "done\n", "{}", outcome.stderr);
    assert_eq!(fs::read_to_string(ground.root.join(".npmrc")).unwrap(), "mine");
    assert!(ground.root.join("plain").exists() && ground.root.join(".git/index").exists());
}

#[test]
fn standard_descriptors_and_pipes_of_names_work() {
    let ground = Ground::new("pipes");
    let outcome = shell(
        &ground.view(),
        "echo a > /dev/stdout; echo b > /proc/self/fd/1; mkfifo f; (echo c > f &) ; cat f; echo d > /dev/null; \
         umask 027; touch mode; stat -c %a mode; : > /dev/stderr",
    );
    assert_eq!(outcome.stdout, "a\nb\nc\n640\n", "{}", outcome.stderr);
}

#[test]
fn nothing_outlives_the_run() {
    let ground = Ground::new("outlives");
    let mark = format!("77{}", std::process::id());
    let outcome = shell(
        &ground.view(),
        &format!("(setsid sleep {mark} &) ; (sleep {mark} &) ; exit 0"),
    );
    assert_eq!(outcome.status(), 0);
    let left = fs::read_dir("/proc")
        .unwrap()
        .filter_map(Result::ok)
        .any(|entry| {
            fs::read(entry.path().join("cmdline"))
                .is_ok_and(|line| line.windows(mark.len()).any(|window| window == mark.as_bytes()))
        });
    assert!(!left);
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let ground = Ground::new("absent");
    let outcome = run(&ground.view(), &["/usr/bin/there-is-none"]);
    let [Report::Failed { step, errno, .. }] = outcome.reports[..] else {
        panic!("{:?}", outcome.reports)
    };
    assert_eq!((step, errno), ("exec", libc::ENOENT));
}

#[test]
fn a_root_that_is_another_one_now_is_refused() {
    let ground = Ground::new("swapped");
    let mut view = ground.view();
    view.roots[0].inode += 1;
    let outcome = shell(&view, "true");
    assert!(
        matches!(
            outcome.reports[..],
            [Report::Failed {
                step: "mount",
                errno: libc::ESTALE,
                ..
            }]
        ),
        "{:?}",
        outcome.reports
    );
}
