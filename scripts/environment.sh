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

# say ENGLISH SIMPLIFIED TRADITIONAL: prints the one that is in the user's language, as qa/language.py does.
say() {
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    zh_TW* | zh_HK* | zh_MO* | zh_Hant*) printf '%s' "$3" ;;
    zh*) printf '%s' "$2" ;;
    *) printf '%s' "$1" ;;
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
  echo "$(say "error: Python 3.11 or newer is needed" "错误：需要 Python 3.11 或更新的版本" \
    "錯誤：需要 Python 3.11 或更新的版本")" >&2
  echo "$(say "hint: install it, or name it:" "办法：安装它，或指明它在哪里：" "辦法：安裝它，或指明它在哪裡：")" \
    "QA_PYTHON=/path/to/python3.11 $0" >&2
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
    echo "$(say "error: this failed: $what" "错误：这一步失败了：$what" "錯誤：這一步失敗了：$what")" >&2
    echo "$(say "hint: the whole log is $log; is there a network? try again; what was installed so far is kept" \
      "办法：全部日志在 $log；有网络吗？再试一次，已安装的会保留" \
      "辦法：全部日誌在 $log；有網路嗎？再試一次，已安裝的會保留")" >&2
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
  echo "$(say "Setting up .venv in $root:" "正在准备 .venv，在 $root：" "正在準備 .venv，在 $root：")" >&2
  echo "$(say "once; it takes two minutes or more, and 2 GB." "只需一次；要两分钟以上，占 2 GB。" \
    "只需一次；要兩分鐘以上，佔 2 GB。")" >&2
  mkdir -p "$root/.venv" && : >"$log" || exit 1
  if [ -n "$base" ]; then
    step "$(say "making .venv" "建立 .venv" "建立 .venv")" "$base" -m venv "$root/.venv"
  fi
  pip() { "$python" -m pip install --disable-pip-version-check --progress-bar off -c "$lock" "$@"; }
  step "$(say "installing setuptools and wheel" "安装 setuptools 和 wheel" "安裝 setuptools 和 wheel")" \
    pip setuptools wheel
  step "$(say "installing the program and the packages it needs; this is the longest step" \
    "安装程序和它需要的包；这一步最久" "安裝程式和它需要的套件；這一步最久")" \
    pip --no-build-isolation --config-settings editable_mode=compat -e "$root$1"
  printf '%s\n' "$wanted" >"$stamp"
}
