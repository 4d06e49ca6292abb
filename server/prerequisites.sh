# Sourced by server/run and tests/run: finds out what is missing on this machine and installs it from Debian.

# Says one step in Chinese and English.
say() { printf '\033[1m==>\033[0m %s %s\n' "$1" "$2"; }

# Says what is wrong and ends the script.
fail() { printf '\033[1;31m错误 error:\033[0m %s\n%s\n' "$1" "$2" >&2; exit 1; }

has_postgres() {
  local folder
  [ -n "${Storage__ConnectionString:-}" ] && return 0
  for folder in "${HUB_PGBIN:-}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do
    [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && return 0
  done
  command -v initdb >/dev/null && command -v postgres >/dev/null
}

# .NET needs ICU to bring text into Unicode NFC, over which the record hash is defined.
has_icu() { find /usr/lib /usr/lib64 /lib /usr/local/lib -maxdepth 2 -name 'libicuuc.so.*' 2>/dev/null | grep -q .; }

# NuGet downloads over HTTPS.
has_roots() { [ -s /etc/ssl/certs/ca-certificates.crt ] || [ -s /etc/pki/tls/certs/ca-bundle.crt ] || [ -n "${SSL_CERT_FILE:-}" ]; }

# The packages of Debian 12 that the hub needs and this machine lacks, one a line.
missing_for_hub() {
  has_postgres || echo postgresql-15
  has_icu || echo libicu72
  has_roots || echo ca-certificates
}

# Installs packages. Only root can; anybody else is told what to do.
install_debian() {
  [ $# -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail \
    "缺少 $*,本机没有 apt-get。请用系统自带的工具安装后重试。" \
    "Missing: $*, and there is no apt-get here. Install them with the tools of your system, then try again."
  [ "$(id -u)" = 0 ] || fail \
    "缺少软件包。请让管理员以 root 执行后重试:  apt-get update && apt-get install --no-install-recommends $*" \
    "Packages are missing. Ask an administrator to run this as root, then try again:  apt-get update && apt-get install --no-install-recommends $*"
  say "从 Debian 安装 $*。" "Installing $* from Debian."
  export DEBIAN_FRONTEND=noninteractive
  apt_get update
  case " $* " in *" postgresql-15 "*)
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      say "只用 PostgreSQL 的程序,不建立也不启动系统数据库服务。" "Only the programs of PostgreSQL are used; no system database is made or started."
      apt_get install -y --no-install-recommends postgresql-common
      sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    fi ;;
  esac
  apt_get install -y --no-install-recommends "$@"
}

# apt-get that speaks only when it fails.
apt_get() {
  local output
  # A machine that has just started may be updating itself.
  output=$(apt-get -qq -o DPkg::Lock::Timeout=120 "$@" 2>&1 </dev/null) || { printf '%s\n' "$output" >&2; fail "apt-get $1 失败。" "apt-get $1 failed."; }
}

need_dotnet() {
  command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.' || fail \
    "需要 .NET SDK 10。安装方法见 https://dotnet.microsoft.com/download/dotnet/10.0" \
    ".NET SDK 10 is needed. See https://dotnet.microsoft.com/download/dotnet/10.0"
  # Programs find an SDK outside the system's folders, such as ~/.dotnet, by this alone.
  local root
  root=$(dirname "$(readlink -f "$(command -v dotnet)")")
  [ -n "${DOTNET_ROOT:-}" ] || [ ! -d "$root/shared" ] || export DOTNET_ROOT=$root
}

# Settings for quiet builds that leave no process behind.
quiet_dotnet() {
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
  export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
  # Accounts of services have no home.
  [ -w "${HOME:-/nonexistent}" ] || export DOTNET_CLI_HOME="$PWD/artifacts/home" HOME="$PWD/artifacts/home"
}

# The folder builds go to must be ours; it is not after a build by somebody else.
need_writable() {
  local folder=$1
  if [ -e "$folder" ]; then
    [ -w "$folder" ] && [ -z "$(find "$folder" -maxdepth 2 ! -writable -print -quit 2>/dev/null)" ] && return
  else
    mkdir -p "$folder" 2>/dev/null && return
  fi
  fail "当前用户 $(id -un) 不能写入 $folder。请复制或克隆一份自己的代码,或以它的属主身份运行。" \
    "The user $(id -un) may not write to $folder. Use a copy or clone of your own, or run this as its owner."
}
