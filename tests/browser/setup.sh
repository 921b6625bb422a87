#!/bin/sh
# Installs what the browser tests need and is not there yet: Debian's Chromium, poppler's PDF tools, and axe-core.
set -eu
cd "$(dirname "$0")/../.."

missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
command -v npm >/dev/null || missing="$missing npm"
if [ -n "$missing" ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "the browser tests need:$missing. Install them, as on Debian: apt-get install$missing" >&2
    exit 1
  fi
  apt-get update -qq
  # shellcheck disable=SC2086 - one word for each package
  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $missing >/dev/null
fi

if [ ! -f build/browser/node_modules/axe-core/axe.min.js ]; then
  mkdir -p build/browser
  npm install --prefix build/browser --no-save --no-audit --no-fund --silent axe-core@4.14.1
fi
