#!/bin/sh
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs what building the module and running experiments need, on Debian 12, as root.

set -eu

cd "$(dirname "$0")/../.."
apt-get -q update
DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends python3
PYTHONPATH=utils PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -c '
from surgery import packages
packages.install(*packages.BUILD, *packages.EXPERIMENT, *packages.REPORT)'
# what was fetched is of no use in an image
apt-get clean
rm -rf /var/lib/apt/lists/*
