# What the commands of this folder need, installed where it is missing; to be read by a shell in tests/browser.
say() { echo "tests/browser: $1" >&2; exit 2; }
can_install() { command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; }
# system NAME WHAT-TO-DO PACKAGE...: from Debian's packages, where that is possible.
system() {
  name=$1 advice=$2
  shift 2
  can_install || say "$name is needed: $advice"
  { apt-get update -q && apt-get install -yq "$@"; } >&2 || say "$name could not be installed: $advice"
}
command -v npm >/dev/null || system "node 20 or later with npm" "https://nodejs.org" nodejs npm
CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
export CHROMIUM
[ -x "$CHROMIUM" ] || system "a browser at $CHROMIUM" "install chromium, or set CHROMIUM" chromium
cmp -s package-lock.json node_modules/.installed-lock || {
  npm ci --no-audit --no-fund >&2 || say "npm ci failed: the packages of package-lock.json are needed"
  cp package-lock.json node_modules/.installed-lock
}
# python FOLDER PACKAGE...: a virtual environment in node_modules/FOLDER with these packages of PyPI.
python() {
  home=$PWD/node_modules/$1
  shift
  [ "$(cat "$home/.installed" 2>/dev/null)" = "$*" ] && return
  python3 -m venv "$home" >&2 || {
    system "python3 with venv" "install python3-venv" python3 python3-venv
    python3 -m venv "$home" >&2 || say "python3 cannot make a virtual environment"
  }
  "$home/bin/pip" install --quiet --disable-pip-version-check "$@" >&2 || say "pip could not install $*"
  echo "$*" >"$home/.installed"
}
