# Sourced by scripts/qa and scripts/test, not run: makes .venv and installs the pinned dependencies
# into it, with progress on standard error; does nothing when that is up to date.
# In: $root, the checkout. Out: $python, the interpreter of .venv.

lock="$root/scripts/requirements.lock"
python="$root/.venv/bin/python"

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

# install_project EXTRA: EXTRA is "[formats]" or "[dev]". The stamp says what was installed, and where.
install_project() {
  stamp="$root/.venv/installed$1"
  wanted="$(cat "$lock" "$root/pyproject.toml" && echo "$root")"
  if [ -x "$python" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    return
  fi
  echo "Setting up .venv in $root; once, some minutes, about 1.5 GB." >&2
  if [ ! -x "$python" ]; then
    base="$(find_python)" || exit 1
    "$base" -m venv "$root/.venv" >&2 || exit 1
  fi
  pip() { "$python" -m pip install --disable-pip-version-check -c "$lock" "$@" >&2; }
  if ! pip setuptools wheel || ! pip --no-build-isolation --config-settings editable_mode=compat -e "$root$1"; then
    echo "error: the dependencies could not be installed" >&2
    echo "hint: is there a network? try again; what was installed so far is kept" >&2
    exit 1
  fi
  printf '%s\n' "$wanted" >"$stamp"
}
