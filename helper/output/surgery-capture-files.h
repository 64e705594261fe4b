/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CAPTURE_FILES_H
#define SURGERY_CAPTURE_FILES_H

#include "ns3/node-container.h"

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Call this before EnablePcap of a helper of ns-3: where a capture cannot be opened because a
 * folder has its name, ns-3 ends the program.
 *
 * @param prefix of the captures, as EnablePcap takes it
 * @param nodes with the devices whose packets are captured
 * @throws std::invalid_argument if a capture has the name of a folder
 */
void CheckCaptureFiles(const std::string& prefix, const NodeContainer& nodes);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CAPTURE_FILES_H
