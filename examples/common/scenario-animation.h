/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_ANIMATION_H
#define SCENARIO_ANIMATION_H

#include "simulation.h"

#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/vector.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <ostream>
#include <string>

/**
 * Writes a run as animation.xml, for NetAnim: where the nodes are, what cut and what share of the
 * server each device has.
 *
 * ns-3's own AnimationInterface is not used, because it asks the mobility models for positions at
 * regular intervals. A model that is asked rounds the position it goes on from, so that the run
 * could differ from one without animation. Here devices go straight on from their last change of
 * course, which leaves the simulation as it is.
 */
class ScenarioAnimation
{
  public:
    /**
     * Begin the file and listen to a run. The object must live until the simulation is destroyed.
     *
     * @param parts the run, with a folder, before it starts
     * @param cellRadius half the side of the devices' square, m, > 0; the server, and a gateway
     *        that is no base station, are drawn above it
     * @throws std::runtime_error if the file cannot be written; the simulation throws it later
     */
    ScenarioAnimation(const SimulationParts& parts, double cellRadius);

    ScenarioAnimation(const ScenarioAnimation&) = delete;
    ScenarioAnimation& operator=(const ScenarioAnimation&) = delete;

    /**
     * End the file.
     *
     * @throws std::runtime_error if it could not be written
     */
    void Finish();

  private:
    /// Red, green and blue, 0..255.
    using Color = std::array<int, 3>;

    /// A straight way, until the next change of course.
    struct Course
    {
        ns3::Time since;      ///< when it began
        ns3::Vector position; ///< at that time, m
        ns3::Vector velocity; ///< m/s
    };

    /// What stands beside a device.
    struct Device
    {
        uint32_t node;      ///< its node's id
        std::string title;  ///< its id and DNN
        std::string status; ///< cut and share, as written last
    };

    /// @param share 0..1 @return the color of a device that holds it
    static Color GetColor(double share);

    /// Draw a node. @param node which @param position m @param size width and height, m
    void AddNode(ns3::Ptr<ns3::Node> node, const ns3::Vector& position, double size);
    /// Draw a device and follow it. @param id its DeviceId @param client on it
    /// @param size width and height, m
    void AddDevice(uint32_t id, ns3::Ptr<ns3::surgery::InferenceClient> client, double size);
    /// Draw base stations, gateway, server and backhaul. @param network the network
    /// @param cellRadius half the side of the square, m @param size width and height, m
    void AddNetwork(ns3::Ptr<ns3::surgery::AccessNetwork> network, double cellRadius, double size);

    /// Write where a device is and keep where it goes. @param mobility its
    void HandleCourseChange(ns3::Ptr<const ns3::MobilityModel> mobility);
    /// @param record a change of cut
    void HandleCutChange(const ns3::surgery::CutChangeRecord& record);
    /// Write what a device has, unless it is what it had. @param device its DeviceId
    /// @param share 0..1 @param cut the tensors that cross it, or "local"
    void HandleGrant(uint32_t device, double share, const std::string& cut);
    /// Write where the moving devices are, and do so again regularly.
    void WritePositions();

    /// Write what a node looks like from this time on. @param node its id @param color of it
    /// @param description beside it
    void WriteLook(uint32_t node, const Color& color, const std::string& description);
    /// Write where a node is at this time. @param node its id @param position m
    void WritePosition(uint32_t node, const ns3::Vector& position);
    /// Begin a change of a node at this time. @param kind NetAnim's letter for it
    /// @param node its id @return where its attributes go
    std::ostream& BeginUpdate(char kind, uint32_t node);
    /// Fail on a full disk, which must not look like a short run.
    /// @throws std::runtime_error if the file could not be written
    void CheckFile() const;

    std::string m_path;                   ///< of the file
    std::ofstream m_file;                 ///< the file
    std::map<uint32_t, Device> m_devices; ///< by DeviceId
    std::map<uint32_t, Course> m_courses; ///< of the devices that move or stand, by node id
};

#endif // SCENARIO_ANIMATION_H
