# What tests/demo and tests/with-demo share: a private web server with the fixture exports, the demo's configuration,
# and a clean end.  Sourced by bash.
# shellcheck shell=bash

demo_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
demo_exports=$demo_top/tests/fixtures/exports
demo_binary=$demo_top/build/stadslager
demo_folder='' # the temporary folder
demo_nginx=''  # process id of the web server, while it runs
demo_user=()   # how to start something as a user without rights, when we are root

demo_fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Starts the calling script again inside tests/with-postgres; the second time it returns.
demo_enter() {
  if [ -z "${STADSLAGER_DEMO_ENTERED-}" ]; then
    [ -x "$demo_binary" ] || demo_fail "build/stadslager is not there; run make first"
    STADSLAGER_DEMO_ENTERED=1 exec "$demo_top/tests/with-postgres" "$demo_top/tests/${0##*/}" "$@"
  fi
  unset STADSLAGER_DEMO_ENTERED
}

demo_stop() {
  if [ -n "$demo_nginx" ]; then
    kill "$demo_nginx" 2>/dev/null || true
    wait "$demo_nginx" 2>/dev/null || true
    demo_nginx=''
  fi
  [ -z "$demo_folder" ] || rm -rf "$demo_folder"
  demo_folder=''
}

# The exports as the web server shows them.  Dates are fixed, so that Last-Modified and ETag say the same every time.
demo_publish() {
  local www=$demo_folder/www
  mkdir -p "$www"
  cp "$demo_exports"/*.txt "$demo_exports"/*.tsv "$demo_exports"/bromma-2022.csv \
    "$demo_exports"/stadsdelar-2020-2023.csv "$demo_exports"/*.xlsx "$www/"
  gzip -9 -n -c "$demo_exports/farsta-2022.csv" >"$www/farsta-2022.csv.gz"
  touch -d '2024-03-01 06:00:00 UTC' "$www"/*
  chmod -R a+rX "$www"
}

demo_nginx_conf() { # PORT
  cat <<CONF
daemon off;
worker_processes 1;
pid $demo_folder/nginx/pid;
error_log $demo_folder/nginx/error.log;
events { worker_connections 64; }
http {
  types { text/plain txt; text/csv csv; text/tab-separated-values tsv; application/gzip gz;
          application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx; }
  access_log $demo_folder/nginx/access.log;
  client_body_temp_path $demo_folder/nginx/body;
  proxy_temp_path $demo_folder/nginx/proxy;
  fastcgi_temp_path $demo_folder/nginx/fastcgi;
  uwsgi_temp_path $demo_folder/nginx/uwsgi;
  scgi_temp_path $demo_folder/nginx/scgi;
  server {
    listen 127.0.0.1:$1;
    root $demo_folder/www;
    location /komprimerat/ { # Content-Encoding: gzip, and so a weak ETag
      alias $demo_folder/www/;
      gzip on;
      gzip_min_length 1;
      gzip_types text/plain text/csv;
    }
  }
}
CONF
}

demo_free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

demo_answers() { # PORT
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Starts nginx on a free port and sets demo_url.
demo_serve() {
  local port attempt
  mkdir -p "$demo_folder/nginx"
  if [ "$(id -u)" -eq 0 ]; then
    chown nobody "$demo_folder/nginx"
    demo_user=(setpriv --reuid="$(id -u nobody)" --regid="$(id -g nobody)" --clear-groups)
  fi
  for _ in 1 2 3 4 5; do # somebody may take the port between asking for it and listening on it
    port=$(demo_free_port)
    demo_nginx_conf "$port" >"$demo_folder/nginx.conf"
    # A session of its own: Ctrl-C in psql or a shell is not meant for the server.
    setsid "${demo_user[@]}" nginx -e "$demo_folder/nginx/error.log" -p "$demo_folder" -c "$demo_folder/nginx.conf" \
      </dev/null >>"$demo_folder/nginx.out" 2>&1 &
    demo_nginx=$!
    for ((attempt = 0; attempt < 100; attempt++)); do
      kill -0 "$demo_nginx" 2>/dev/null || break
      if demo_answers "$port"; then
        demo_url=http://127.0.0.1:$port
        return 0
      fi
      sleep 0.1
    done
    kill "$demo_nginx" 2>/dev/null || true
    wait "$demo_nginx" 2>/dev/null || true
    demo_nginx=''
  done
  cat "$demo_folder"/nginx.out "$demo_folder"/nginx/error.log >&2 || true
  demo_fail "nginx did not start"
}

demo_configure() {
  local server="host=$PGHOST port=${PGPORT:-5432} dbname=${PGDATABASE:-postgres}"
  sed -e "s|@DSN@|$server user=${PGUSER:-postgres}|g" -e "s|@URL@|$demo_url|g" -e "s|@FOLDER@|$demo_folder|g" \
    -e "s|@REGISTRIES@|$demo_top/config|g" "$demo_top/config/demo/stadslager.yaml.in" >"$demo_folder/stadslager.yaml"
  export STADSLAGER_CONFIG=$demo_folder/stadslager.yaml
  export STADSLAGER_DEMO_ANALYST="$server user=demo_analyst"
}

# Everything but the load: folder, exports, web server, configuration.  Called inside tests/with-postgres.
demo_start() {
  export PATH=$PATH:/usr/sbin:/sbin # nginx
  [ -n "${PGHOST-}" ] || demo_fail "PGHOST is not set: tests/with-postgres should have done that"
  demo_folder=$(mktemp -d /tmp/stadslager-demo-XXXXXX)
  chmod 755 "$demo_folder" # the web server's user must get in
  trap demo_stop EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  demo_publish
  demo_serve
  demo_configure
}

demo_psql() {
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$@"
}

demo_analyst() { # a login that may read the analysts' views and nothing else
  demo_psql -c 'CREATE ROLE demo_analyst LOGIN IN ROLE stadslager_analyst'
}
