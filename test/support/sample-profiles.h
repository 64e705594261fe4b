/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SAMPLE_PROFILES_H
#define SAMPLE_PROFILES_H

#include "ns3/dnn-profile.h"

#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// A valid DNN: input -> conv -> {relu, pool} -> add.
inline const std::string GOOD_DNN = R"({
 "schema": "dnn-surgery/dnn/1",
 "name": "small",
 "provenance": {"source": "a test"},
 "layers": [
  {"name": "in", "op": "Input", "inputs": [], "flops": 0, "output_bytes": 400, "weight_bytes": 0},
  {"name": "conv", "op": "Conv", "inputs": ["in"], "flops": 5000, "output_bytes": 800,
   "weight_bytes": 64},
  {"name": "relu", "op": "Relu", "inputs": ["conv"], "flops": 200, "output_bytes": 800,
   "weight_bytes": 0, "seconds": {"board": 0.25}},
  {"name": "pool", "op": "MaxPool", "inputs": ["conv"], "flops": 100, "output_bytes": 800,
   "weight_bytes": 0},
  {"name": "add", "op": "Add", "inputs": ["relu", "pool"], "flops": 200, "output_bytes": 40,
   "weight_bytes": 0}
 ]
})";

/// A valid processor.
inline const std::string GOOD_PROCESSOR = R"({
 "schema": "dnn-surgery/processor/1",
 "name": "board",
 "source": "a test",
 "flops": {"default": 1000, "Conv": 4000},
 "bandwidth_bytes_per_s": 1600,
 "overhead_s": 0.125
})";

/// Text with the first occurrence of a part replaced; the part must be there.
inline std::string
Replace(std::string text, const std::string& part, const std::string& by)
{
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return at == std::string::npos ? text : text.replace(at, part.size(), by);
}

/// The error message of a call; empty if it succeeds.
inline std::string
GetComplaint(const std::function<void()>& call)
{
    try
    {
        call();
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

/// Expects one line that names the file and says all of the words.
inline void
ExpectWords(const std::string& complaint, const std::vector<std::string>& words)
{
    for (const auto& word : words)
    {
        EXPECT_NE(complaint.find(word), std::string::npos) << word << " is not in: " << complaint;
    }
    EXPECT_EQ(complaint.find('\n'), std::string::npos) << complaint;
}

/// Spoils the DNN and expects an error.
inline void
ExpectDnnRejected(const std::string& part, const std::string& by, std::vector<std::string> words)
{
    SCOPED_TRACE(part + " -> " + by.substr(0, 100));
    const auto text = Replace(GOOD_DNN, part, by);
    words.emplace_back("file.json: ");
    ExpectWords(GetComplaint([&] { ns3::surgery::ParseDnn(text, "file.json"); }), words);
}

/// Spoils the processor and expects an error.
inline void
ExpectProcessorRejected(const std::string& part,
                        const std::string& by,
                        std::vector<std::string> words)
{
    SCOPED_TRACE(part + " -> " + by.substr(0, 100));
    const auto text = Replace(GOOD_PROCESSOR, part, by);
    words.emplace_back("file.json: ");
    ExpectWords(GetComplaint([&] { ns3::surgery::ParseProcessor(text, "file.json"); }), words);
}

/** @} */

#endif // SAMPLE_PROFILES_H
