#!/usr/bin/env bash
# Makes .venv on Python 3.10 and installs requirements.lock into it; called by make.
set -euo pipefail
cd "$(dirname "$0")"

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.10 "$HOME"/.pyenv/versions/3.10*/bin/python3.10 \
    "$(uv python find 3.10 2>/dev/null || true)" python3; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

if ! python=$(find_python); then
  cat >&2 <<'TEXT'
Python 3.10 が見つかりません / Python 3.10 was not found (Rasa 3.6 needs it). Any of these gives it:
  pyenv:   pyenv install 3.10 && make run
  uv:      uv python install 3.10 && make run
  else:    PYTHON=/path/to/python3.10 make run
TEXT
  exit 1
fi

if [ -L .venv ]; then
  echo ".venv はほかの場所へのリンクです。消してからやり直してください / .venv is a link: remove it, or what it leads to would be emptied" >&2
  exit 1
fi

echo "[1/3] $("$python" --version) で .venv を作成しています / making .venv"
"$python" -m venv --clear .venv
# What builds and loads the others goes in first; the whole file is checked by hash either way.
awk '/^(pip|setuptools|wheel)==/{on=1} on{print} on&&!/\\$/{on=0}' requirements.lock > .venv/first.lock
pip=(.venv/bin/python -m pip install --disable-pip-version-check --no-deps --require-hashes --no-build-isolation)
echo "[2/3] setuptools, wheel, pip"
"${pip[@]}" -q -r .venv/first.lock
echo "[3/3] requirements.lock（$(grep -c '==' requirements.lock) 個、約3GB。数分かかります / a few minutes）"
"${pip[@]}" -r requirements.lock | grep --line-buffered -E '^(Collecting|Installing|Successfully|ERROR)' | cut -c1-120
echo "設定が終わりました / installed"
