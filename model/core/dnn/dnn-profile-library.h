/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_PROFILE_LIBRARY_H
#define DNN_PROFILE_LIBRARY_H

#include "ns3/dnn-graph.h"
#include "ns3/dnn-processor.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Gives DNNs and processors by name or path; each file is read once.
 *
 * A name without '/' and without ".json" is a bundled profile: NAME.json in the folder dnn or
 * processor of data/profiles. The environment variable DNN_SURGERY_PROFILES names another folder
 * with these two, which is searched first. Anything else is the path of a file.
 */
class ProfileLibrary
{
  public:
    /**
     * @param folder where relative paths start; empty: the working directory
     */
    explicit ProfileLibrary(std::string folder = "");

    /**
     * @param nameOrPath a bundled DNN's name or a file's path
     * @return the DNN, shared by all callers
     * @throws std::invalid_argument if it cannot be read, naming the known ones
     */
    std::shared_ptr<const DnnGraph> GetDnn(const std::string& nameOrPath);

    /**
     * @param nameOrPath a bundled processor's name, a file's path, or a profile's JSON text
     * @return the processor, shared by all callers
     * @throws std::invalid_argument if it cannot be read, naming the known ones
     */
    std::shared_ptr<const Processor> GetProcessor(const std::string& nameOrPath);

    /**
     * @return the names of the bundled DNNs, sorted
     */
    static std::vector<std::string> GetDnnNames();

    /**
     * @return the names of the bundled processors, sorted
     */
    static std::vector<std::string> GetProcessorNames();

  private:
    std::string m_folder;                                                 ///< of relative paths
    std::map<std::string, std::shared_ptr<const DnnGraph>> m_dnns;        ///< by name or path
    std::map<std::string, std::shared_ptr<const Processor>> m_processors; ///< by name or path
};

} // namespace surgery
} // namespace ns3

#endif // DNN_PROFILE_LIBRARY_H
