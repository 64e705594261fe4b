/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_PROFILE_H
#define DNN_PROFILE_H

#include "ns3/dnn-graph.h"
#include "ns3/dnn-processor.h"
#include "ns3/surgery-json-field.h"

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Read a DNN's profile (schema "dnn-surgery/dnn/1", doc/profiles.md).
 *
 * @param json the profile's text
 * @param source the file or field it stands in, for error messages
 * @return the DNN
 * @throws std::invalid_argument naming source and field
 */
DnnGraph ParseDnn(const std::string& json, const std::string& source);

/**
 * @ingroup dnn-surgery
 *
 * Read a processor's profile (schema "dnn-surgery/processor/1", doc/profiles.md).
 *
 * @param json the profile's text
 * @param source the file or field it stands in, for error messages
 * @return the processor
 * @throws std::invalid_argument naming source and field
 */
Processor ParseProcessor(const std::string& json, const std::string& source);

/**
 * @ingroup dnn-surgery
 *
 * Read a processor's profile that stands inside another document.
 *
 * @param field where it stands
 * @return the processor
 * @throws std::invalid_argument naming place and field
 */
Processor ParseProcessor(const JsonField& field);

} // namespace surgery
} // namespace ns3

#endif // DNN_PROFILE_H
