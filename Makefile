# `make demo` and `make test` each do everything from nothing on a fresh Debian or Ubuntu machine
# with Rust: system packages, models, build, job. A second call is quick and needs no network.

CARGO ?= cargo
GUARDIAN := target/release/guardian
MODELS := models/files
PREFIX ?= $(HOME)/.local
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# What a private desktop and the demo need; what the tests drive besides; each with a program or file that shows it is there.
PACKAGES_RUN := nodejs:node npm:npm xvfb:Xvfb openbox:openbox dbus:dbus-daemon python3-pip:pip3 fonts-dejavu-core:/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf gcc:cc galculator:galculator
PACKAGES_TEST := xdotool:xdotool x11-xkb-utils:setxkbmap mousepad:mousepad pcmanfm:pcmanfm xterm:xterm yad:yad chromium:chromium at-spi2-core:/usr/share/dbus-1/services/org.a11y.Bus.service python3-tk:/usr/lib/python3/dist-packages/tkinter/__init__.py sway:sway foot:foot python3-gi:/usr/lib/python3/dist-packages/gi/__init__.py gir1.2-gtk-3.0:$(firstword $(wildcard /usr/lib/*/girepository-1.0/Gtk-3.0.typelib)) python3-venv:$(firstword $(wildcard /usr/lib/python3*/ensurepip/__init__.py)) x11vnc:x11vnc novnc:/usr/share/novnc/vnc.html websockify:websockify faketime:faketime

# The panel, which is built into the program: it is made anew where its sources are newer.
PANEL := src/web/panel
PANEL_SOURCES := $(shell find $(PANEL) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: demo test check bench setup setup-test build models panel install clean

demo: setup build models
	$(GUARDIAN) run --private --report target/demo "Open the calculator and compute 12.5 * 8"

# The unit tests need no optimised build of their own; those that start the program use the one that was built.
QUICK := --config 'profile.release.package.guardian.opt-level=0'

test: setup setup-test build models
	$(CARGO) test --release --locked --no-fail-fast --lib $(QUICK); units=$$?; \
	$(CARGO) test --release --locked --no-fail-fast --test '*' && exit $$units

# Formatting and lints.
check:
	$(CARGO) fmt --check
	$(CARGO) clippy --release --all-targets -- -D warnings

setup:
	@$(call need,$(PACKAGES_RUN))

setup-test:
	@$(call need,$(PACKAGES_TEST))

panel: $(PANEL)/dist/index.html

# Distributions have older versions of Node than its builder needs; the same registry has newer ones.
NODE := node-linux-$(if $(filter aarch64,$(shell uname -m)),arm64,x64)
IS_NEW := const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)

$(PANEL)/dist/index.html: $(PANEL_SOURCES)
	cd $(PANEL) && npm ci --no-audit --no-fund --loglevel=error
	cd $(PANEL) && { node -e '$(IS_NEW)' || npm install --no-save --no-audit --no-fund --loglevel=error $(NODE)@22.20.0; }
	cd $(PANEL) && PATH="$$PWD/node_modules/$(NODE)/bin:$$PATH" npm run --silent build
	@touch $@

build: panel
	$(CARGO) build --release --locked

models: build
	@$(GUARDIAN) models fetch --dir $(MODELS)

# The program and its models for the person who is logged in.
install: build models
	install -D -m 755 $(GUARDIAN) $(PREFIX)/bin/guardian
	$(GUARDIAN) models fetch
	$(GUARDIAN) man | install -D -m 644 /dev/stdin $(PREFIX)/share/man/man1/guardian.1

clean:
	$(CARGO) clean

# Installs the packages whose program or file is missing; elsewhere than on Debian it says what to install.
define need
missing=""; \
for pair in $(1); do \
  package=$${pair%%:*}; sign=$${pair#*:}; \
  case $$sign in /*) [ -e $$sign ] || missing="$$missing $$package";; \
    *) command -v $$sign >/dev/null 2>&1 || missing="$$missing $$package";; esac; \
done; \
if [ -n "$$missing" ]; then \
  if command -v apt-get >/dev/null 2>&1; then \
    echo "installing:$$missing"; \
    $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
  else \
    echo "please install what these Debian packages hold, then call make again:$$missing" >&2; exit 2; \
  fi; \
fi
endef
