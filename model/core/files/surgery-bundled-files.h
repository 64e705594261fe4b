/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_BUNDLED_FILES_H
#define SURGERY_BUNDLED_FILES_H

#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The files of one kind that come with the module, and those that a user adds to them.
 *
 * A kind is a folder below the module's folder data: "profiles/dnn", "traces". Files are searched
 * in these folders, the first one first:
 *
 * 1. the user's: the environment variable DNN_SURGERY_PROFILES names a folder that is like
 *    data/profiles, and DNN_SURGERY_TRACES and DNN_SURGERY_MOBILITY likewise;
 * 2. the one in the source tree, while there is one;
 * 3. the installed one.
 */
class BundledFiles
{
  public:
    /// @param kind "profiles/dnn", "profiles/processor", "traces" or "mobility"
    explicit BundledFiles(const std::string& kind);

    /**
     * @param name of a file, without a folder
     * @return the path of the first one of this name; empty if there is none
     */
    std::string Find(const std::string& name) const;

    /// @return the names of all files in all folders, sorted, each once; pages (.md) are left out
    std::vector<std::string> GetNames() const;

    /// @return the folders, with commas between them, for messages
    std::string GetPlaces() const;

  private:
    std::vector<std::string> m_folders; ///< where to search, the first one first
};

/**
 * @ingroup dnn-surgery
 *
 * @param words some words
 * @return them with commas between them
 */
std::string JoinWords(const std::vector<std::string>& words);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_BUNDLED_FILES_H
