#!/bin/sh
# Makes the files that docker-compose.yml hands over as secrets, those that are missing. Nothing is overwritten.
# The folder is its owner's alone; the files can be read inside the containers, which run as other users.
set -eu
cd "$(dirname "$0")/.."
mkdir -p secrets
chmod 700 secrets
if [ ! -e secrets/postgres_password ]; then
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >secrets/postgres_password
  echo "secrets/postgres_password: made"
fi
if [ ! -e secrets/anthropic_api_key ]; then
  : >secrets/anthropic_api_key
  echo "secrets/anthropic_api_key: made empty; put a key of Anthropic's API into it to have cards written by a model"
fi
chmod 444 secrets/*
