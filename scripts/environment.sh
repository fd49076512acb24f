# Sourced by scripts/qa and scripts/test, not run: makes .venv and installs the pinned dependencies
# into it, a line for each step on standard error; does nothing when that is up to date.
# In: $root, the checkout. Out: $python, the interpreter of .venv.

lock="$root/scripts/requirements.lock"
python="$root/.venv/bin/python"
log="$root/.venv/setup.log"

# use_utf_8: where the locale is not installed, or is C, all is ASCII: Python does not start in a folder
# with a Chinese name, and the pager shows bytes. The language of the screens stays as it was asked for.
use_utf_8() {
  case "$(locale charmap 2>/dev/null)" in
    *ASCII* | ANSI_X3.4*)
      { # bash warns of each name that is not installed
        export LC_MESSAGES="${LC_ALL:-${LC_MESSAGES:-${LANG:-C}}}" LC_CTYPE=C.UTF-8
        unset LC_ALL
      } 2>/dev/null
      ;;
  esac
}

find_python() {
  for candidate in "${QA_PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "error: Python 3.11 or newer is needed" >&2
  echo "hint: install it, or name it: QA_PYTHON=/path/to/python3.11 $0" >&2
  exit 1
}

# step WHAT COMMAND...: shows WHAT, and on a terminal a dot every two seconds; what COMMAND prints goes
# into the log. When COMMAND fails, the end of the log is shown, and all ends.
step() {
  printf '  %s ' "$1" >&2
  what="$1" code=0
  shift
  while [ -t 2 ] && sleep 2 && kill -0 "$$" 2>/dev/null; do printf . >&2; done &
  dots=$!
  "$@" >>"$log" 2>&1 || code=$?
  kill "$dots" 2>/dev/null || true
  wait "$dots" 2>/dev/null || true
  echo >&2
  if [ "$code" -ne 0 ]; then
    tail -n 20 "$log" >&2
    echo "error: this failed: $what" >&2
    echo "hint: the whole log is $log; is there a network? try again; what was installed so far is kept" >&2
    exit 1
  fi
}

# install_project EXTRA: EXTRA is "[formats]" or "[dev]". The stamp says what was installed, and where.
install_project() {
  stamp="$root/.venv/installed$1"
  wanted="$(cat "$lock" "$root/pyproject.toml" && echo "$root")"
  if [ -x "$python" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    return
  fi
  base=""
  if [ ! -x "$python" ]; then
    base="$(find_python)" || exit 1
  fi
  echo "Setting up .venv in $root:" >&2
  echo "once; it takes two minutes or more, and 2 GB." >&2
  mkdir -p "$root/.venv" && : >"$log" || exit 1
  if [ -n "$base" ]; then
    step "making .venv" "$base" -m venv "$root/.venv"
  fi
  pip() { "$python" -m pip install --disable-pip-version-check --progress-bar off -c "$lock" "$@"; }
  step "installing setuptools and wheel" pip setuptools wheel
  step "installing the program and the packages it needs; this is the longest step" \
    pip --no-build-isolation --config-settings editable_mode=compat -e "$root$1"
  printf '%s\n' "$wanted" >"$stamp"
}
