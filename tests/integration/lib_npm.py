"""Packages of npm that tests use, pinned by version and hash (npm/package-lock.json): fetched once into build/npm."""
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build", "npm")


def lock():
    with open(os.path.join(HERE, "npm", "package-lock.json"), "rb") as f:
        return f.read()


def there():
    """build/npm holds what the lock says: the copy of the lock is written last."""
    try:
        with open(os.path.join(FOLDER, "complete"), "rb") as f:
            return f.read() == lock()
    except OSError:
        return False


def missing():
    """Fetches the packages.  Returns why there are none, or None."""
    if not shutil.which("node"):
        return "no node is installed; \"tests/install-packages nodejs npm\" does that"
    if there():
        return None
    if not shutil.which("npm"):
        return "no npm is installed; \"tests/install-packages nodejs npm\" does that"
    os.makedirs(FOLDER, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(HERE, "npm", name), FOLDER)
    try:
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--prefix", FOLDER],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    except subprocess.TimeoutExpired:
        return "npm could not fetch the packages within 120 s"
    if done.returncode:
        return "npm could not fetch the packages: " + done.stdout.decode("utf-8", "replace").strip().replace("\n", "; ")[-200:]
    with open(os.path.join(FOLDER, "complete"), "wb") as f:
        f.write(lock())
    return None


def text(path):
    with open(os.path.join(FOLDER, "node_modules", path), encoding="utf-8") as f:
        return f.read()


def node(script, *arguments, data=b""):
    done = subprocess.run(["node", script] + list(arguments), input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                          env=dict(os.environ, NODE_PATH=os.path.join(FOLDER, "node_modules")))
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8")[-2000:])
    return done.stdout.decode("utf-8")
