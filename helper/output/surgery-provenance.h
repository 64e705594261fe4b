/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_PROVENANCE_H
#define SURGERY_PROVENANCE_H

#include "ns3/application-container.h"
#include "ns3/net-device-container.h"
#include "ns3/object.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Where a run's files come from: every attribute in effect, seed and run, versions, command line.
 * It is JSON; doc/dnn-surgery-tables.rst describes it, and the tables beside it.
 *
 * @code
 * Provenance provenance;
 * provenance.SetCommandLine({argv, argv + argc});
 * provenance.AddApplications("clients", clients);
 * tables.GetOutput()->WriteProvenance(provenance);
 * @endcode
 */
class Provenance
{
  public:
    /// The version of the provenance and of all tables that TableHelper writes.
    static constexpr const char* SCHEMA = "dnn-surgery/tables/2";

    /**
     * Set the command line.
     *
     * @param arguments the program and its options; of the program only the file's name is kept
     */
    void SetCommandLine(const std::vector<std::string>& arguments);

    /**
     * Add a setting that is not an attribute.
     *
     * @param name what
     * @param value its value, with its unit in the name
     */
    void AddSetting(const std::string& name, const std::string& value);

    /**
     * Read the attributes of an object, and of the objects its attributes point to.
     *
     * @param name what the object is to the scenario
     * @param object the object
     */
    void AddObject(const std::string& name, Ptr<Object> object);

    /**
     * Read the attributes of applications. Values that all of them share are written once.
     *
     * @param name what they are to the scenario
     * @param applications the applications
     */
    void AddApplications(const std::string& name, const ApplicationContainer& applications);

    /**
     * Read the attributes of network devices. Values that all of them share are written once.
     *
     * @param name what they are to the scenario
     * @param devices the devices
     */
    void AddDevices(const std::string& name, const NetDeviceContainer& devices);

    /**
     * @return as JSON what was added, the current seed and run, the defaults that differ from those
     *         of the source code, and the versions
     */
    std::string ToJson() const;

    /**
     * Write it to a file; TableOutput::WriteProvenance puts it beside the tables.
     *
     * @param path the file
     * @throws std::invalid_argument if the file cannot be written
     */
    void Write(const std::string& path) const;

  private:
    /// Attributes by path, as text; "Phy.TxGain" is TxGain of what Phy points to.
    using Attributes = std::map<std::string, std::string>;

    /// Objects of one kind.
    struct Group
    {
        std::string name;              ///< what they are to the scenario
        std::vector<Attributes> items; ///< an object each
    };

    std::vector<std::string> m_commandLine;        ///< program and options
    std::map<std::string, std::string> m_settings; ///< by name
    std::vector<Group> m_groups;                   ///< in the order of their addition
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_PROVENANCE_H
