/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef PROFILE_CHECK_H
#define PROFILE_CHECK_H

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

/**
 * Check that what devices run can run on them and on the server.
 *
 * @param server the server's processor: name or path
 * @param devices how many there are
 * @param get by the index of a device: its DNN and its processor, names or paths
 * @throws std::invalid_argument in one line that begins with --server, --dnns or --processors
 */
void CheckProfiles(const std::string& server,
                   uint32_t devices,
                   const std::function<std::pair<std::string, std::string>(uint32_t)>& get);

#endif // PROFILE_CHECK_H
