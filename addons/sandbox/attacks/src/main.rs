//! The attacking side of the escape corpus (addons/sandbox/ts/corpus): one subcommand an attack, raw system calls,
//! one line of JSON. It ends with 0 when it ran to its end, however the attempts went; the host judges by what leaked
//! or changed. Outside of a sandbox the attacks succeed on the ground they are given, and touch nothing else.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod descriptors;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod host;
#[cfg(target_os = "linux")]
mod metadata;
#[cfg(target_os = "linux")]
mod namespaces;
#[cfg(target_os = "linux")]
mod os;
#[cfg(target_os = "linux")]
mod processes;
#[cfg(target_os = "linux")]
mod races;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod resources;
#[cfg(target_os = "linux")]
mod sockets;
#[cfg(target_os = "linux")]
mod tracing;

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("attacks: the corpus is about Linux; there is nothing to run here");
    std::process::exit(2);
}

#[cfg(target_os = "linux")]
fn main() {
    let arguments: Vec<String> = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some((&name, rest)) = words.get(1..).and_then(<[_]>::split_first) else {
        eprintln!("attacks NAME [ARGUMENT...]");
        std::process::exit(2);
    };
    let mut report = report::Report::default();
    let groups = [
        files::run,
        metadata::run,
        descriptors::run,
        races::run,
        namespaces::run,
        calls::run,
        tracing::run,
        processes::run,
        resources::run,
        sockets::run,
        host::run,
    ];
    if !groups.iter().any(|group| group(name, rest, &mut report)) {
        eprintln!("attacks: no attack is named {name}");
        std::process::exit(2);
    }
    report.print();
}
