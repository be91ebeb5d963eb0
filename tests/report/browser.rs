//! A browser without a window, spoken to through two pipes: messages are JSON, each ends with a zero.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A page may take this long.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Browser {
    child: Child,
    to: File,
    from: BufReader<File>,
    session: Option<String>,
    last: u64,
    /// What the page complained about.
    pub complaints: Vec<String>,
}

/// The program, if this machine has one.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = std::env::split_paths(&paths)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file());
    named.or(found)
}

impl Browser {
    /// Starts it; `None` where there is none.
    pub fn start(name: &str) -> Option<Self> {
        let program = program()?;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let (to, from) = (folder.join("to"), folder.join("from"));
        let made = Command::new("mkfifo").args([&to, &from]).status().unwrap();
        assert!(made.success(), "mkfifo");
        // The shell opens the pipes under the numbers that the browser expects.
        let script = "exec timeout -k 5 300 \"$0\" --headless=new --no-sandbox --disable-gpu \
            --disable-dev-shm-usage --no-first-run --hide-scrollbars --force-color-profile=srgb \
            --remote-debugging-pipe --user-data-dir=\"$3\" about:blank 3<\"$1\" 4>\"$2\"";
        let child = Command::new("sh")
            .args(["-c", script])
            .arg(program)
            .args([&to, &from, &folder.join("profile")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = OpenOptions::new().write(true).open(to).unwrap();
        let from = BufReader::new(File::open(from).unwrap());
        let (session, complaints) = (None, Vec::new());
        let mut browser = Browser { child, to, from, session, last: 0, complaints };
        let target = browser.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.ask("Target.attachToTarget", &attach);
        browser.session = Some(session["sessionId"].as_str().unwrap().to_string());
        for domain in ["Page", "Log", "Runtime"] {
            browser.ask(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    /// Asks for something and waits for the answer.
    pub fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            let heard = self.hear();
            if heard["id"] == json!(self.last) {
                assert!(heard["error"].is_null(), "{method}: {}", heard["error"]);
                return heard["result"].clone();
            }
        }
        panic!("{method}: no answer");
    }

    fn hear(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.from.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "the browser has ended");
        let heard: Value = serde_json::from_slice(&bytes).unwrap();
        let is_complaint = match heard["method"].as_str() {
            Some("Log.entryAdded") => heard["params"]["entry"]["level"] != "info",
            Some("Runtime.exceptionThrown" | "Runtime.consoleAPICalled") => true,
            Some("Page.javascriptDialogOpening") => true,
            _ => false,
        };
        if is_complaint {
            self.complaints.push(heard["params"].to_string());
        }
        heard
    }

    /// What an expression of the page's language is worth in the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true});
        let answer = self.ask("Runtime.evaluate", &params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Opens a file in a window of this size, by day.
    pub fn open(&mut self, page: &Path, width: u32, height: u32) {
        let mobile = width < 600;
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile,
        });
        self.ask("Emulation.setDeviceMetricsOverride", &size);
        let light = json!({"features": [{"name": "prefers-color-scheme", "value": "light"}]});
        self.ask("Emulation.setEmulatedMedia", &light);
        self.ask("Page.navigate", &json!({"url": "about:blank"}));
        self.ask("Page.navigate", &json!({"url": format!("file://{}", page.display())}));
        let since = Instant::now();
        while self.value("document.readyState + location.protocol") != json!("completefile:") {
            assert!(since.elapsed() < PATIENCE, "the page does not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Presses the mouse on the first thing that a selector names.
    pub fn click(&mut self, selector: &str) {
        let spot = self.value(&format!(
            "(() => {{ const it = document.querySelector({selector:?}); \
             it.scrollIntoView({{block: 'center', behavior: 'instant'}}); \
             const r = it.getClientRects()[0]; \
             return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({
                "type": kind, "x": spot[0], "y": spot[1], "button": "left", "clickCount": 1,
            });
            self.ask("Input.dispatchMouseEvent", &params);
        }
    }

    /// A picture of the whole page, kept beside it.
    pub fn picture(&mut self, path: &Path) {
        let params = json!({"format": "png", "captureBeyondViewport": true});
        let picture = self.ask("Page.captureScreenshot", &params);
        let bytes = data_encoding::BASE64.decode(picture["data"].as_str().unwrap().as_bytes());
        std::fs::write(path, bytes.unwrap()).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
