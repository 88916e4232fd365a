//! A machine of its own: a real systemd with logind, sshd and the agent's unit as it is packaged, in namespaces.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use deskwarden_tests::{Process, agent_program, required};
use tempfile::TempDir;

const TARGET: &str = "[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n\
    Wants=dbus.service systemd-logind.service systemd-user-sessions.service deskwarden-agent.service test-sshd.service\n";

/// A booted machine; gone when dropped.
pub struct Machine {
    folder: TempDir,
    port: u16,
    process: Option<Process>,
}

impl Machine {
    /// Boots one whose agent has enrolled with this code.
    pub fn boot(server: &str, code: &str) -> Self {
        required("unshare", "apt install util-linux");
        required("sshd", "apt install openssh-server");
        let folder = tempfile::Builder::new().prefix("deskwarden-booted-").tempdir().unwrap();
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut machine = Self { folder, port, process: None };
        for part in ["units", "shared"] {
            fs::create_dir(machine.path(part)).unwrap();
        }
        let enrolled = machine.agent(&["enrol", "--server", server, "--code", code]);
        assert!(enrolled.status.success(), "{enrolled:?}");
        machine.write_units();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/booted/boot.sh");
        let mut command = Process::guarded(script, "KILL");
        let log = fs::File::create(machine.path("log")).unwrap();
        command.arg(machine.folder.path()).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        machine.process = Some(Process::start("the machine", command));
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn state(&self) -> PathBuf {
        self.path("shared/state")
    }

    /// The agent's command line on that machine.
    pub fn agent(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = Command::new(agent_program());
        command.args(arguments).env("DESKWARDEN_AGENT_STATE_DIR", self.state()).output().unwrap()
    }

    /// What the machine has printed.
    pub fn log(&self) -> String {
        let journal = fs::read_to_string(self.path("shared/agent.log")).unwrap_or_default();
        fs::read_to_string(self.path("log")).unwrap_or_default() + &journal
    }

    fn write_units(&self) {
        let unit = |name: &str, text: String| fs::write(self.path("units").join(name), text).unwrap();
        unit("deskwarden-test.target", TARGET.to_owned());
        // As it is packaged, but for where things are.
        let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/deskwarden-agent.service");
        let text = fs::read_to_string(packaged).unwrap();
        // The machine has a /tmp of its own, and the program may be in this one's.
        let program = self.path("shared/deskwarden-agent");
        fs::copy(agent_program(), &program).unwrap();
        let options = self.path("shared/agent.env");
        fs::write(
            &options,
            format!("DESKWARDEN_AGENT_STATE_DIR={}\nDESKWARDEN_AGENT_GATE=127.0.0.1:0\n", self.state().display()),
        )
        .unwrap();
        let text = text
            .replace("/usr/bin/deskwarden-agent ", &format!("{} ", program.display()))
            .replace("-/etc/deskwarden/agent.env", &options.display().to_string())
            .replace(
                "[Install]",
                &format!("StandardError=append:{}\n[Install]", self.path("shared/agent.log").display()),
            );
        unit("deskwarden-agent.service", text);
        let key = self.path("key");
        let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
        assert!(made.unwrap().success());
        let shared = self.path("shared");
        fs::copy(&key, shared.join("host_key")).unwrap();
        fs::set_permissions(shared.join("host_key"), PermissionsExt::from_mode(0o600)).unwrap();
        fs::copy(self.path("key.pub"), shared.join("authorized")).unwrap();
        fs::write(
            shared.join("sshd_config"),
            format!(
                "Port {}\nListenAddress 127.0.0.1\nHostKey {shared}/host_key\nAuthorizedKeysFile {shared}/authorized\n\
                 StrictModes no\nPermitRootLogin yes\nUsePAM yes\nPidFile none\n",
                self.port,
                shared = shared.display()
            ),
        )
        .unwrap();
        unit(
            "test-sshd.service",
            format!(
                "[Unit]\nAfter=systemd-user-sessions.service systemd-logind.service\n[Service]\nRuntimeDirectory=sshd\n\
                 ExecStart=/usr/sbin/sshd -D -e -f {}/sshd_config\nKillMode=process\n",
                shared.display()
            ),
        );
    }

    /// Somebody logs in by SSH and stays; the program ends with the login.
    pub fn ssh(&self) -> Process {
        let mut command = Process::guarded(required("ssh", "apt install openssh-client"), "KILL");
        command.args(["-i"]).arg(self.path("key")).args(["-p", &self.port.to_string()]);
        command.args(["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]);
        command.args(["-o", "BatchMode=yes", "root@127.0.0.1", "sleep 1000 & wait"]).stdin(Stdio::null());
        Process::start("ssh", command)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        drop(self.process.take());
        if std::thread::panicking() {
            println!("--- the machine's log ---\n{}", self.log());
        }
        let Ok(group) = fs::read_to_string(self.path("cgroup")) else { return };
        let group = PathBuf::from(group.trim());
        let _ = fs::write(group.join("cgroup.kill"), "1");
        for _ in 0..10_000 {
            if remove_groups(&group).is_ok() {
                return;
            }
            std::thread::yield_now();
        }
    }
}

fn remove_groups(group: &Path) -> std::io::Result<()> {
    for part in fs::read_dir(group)?.flatten().filter(|part| part.path().is_dir()) {
        let _ = remove_groups(&part.path());
    }
    fs::remove_dir(group)
}
