/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "link-capture.h"

#include "ns3/packet.h"
#include "ns3/pcap-file-wrapper.h"
#include "ns3/simulator.h"
#include "ns3/trace-helper.h"

#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace ns3
{
namespace surgery
{

namespace
{

/// End the run if its capture cannot be written. @param file the capture @param path its name
void
Check(Ptr<PcapFileWrapper> file, const std::string& path)
{
    if (file->Fail())
    {
        throw std::runtime_error(path + ": cannot write this file");
    }
}

/// Capture a packet. @param file the capture @param path its name @param packet of the link
void
WritePacket(Ptr<PcapFileWrapper> file, std::string path, Ptr<const Packet> packet)
{
    file->Write(Simulator::Now(), packet);
    Check(file, path);
}

/// Write out what is still in memory. @param file the capture @param path its name
void
CloseCapture(Ptr<PcapFileWrapper> file, const std::string& path)
{
    file->Close();
    Check(file, path);
}

} // namespace

void
CaptureLink(Ptr<NetDevice> device, const std::string& path)
{
    const auto file = CreateObject<PcapFileWrapper>();
    std::error_code ignored;
    // ns-3's debug build aborts at a folder
    if (!std::filesystem::is_directory(path, ignored))
    {
        file->Open(path, std::ios::out);
    }
    if (std::filesystem::is_directory(path, ignored) || file->Fail())
    {
        throw std::invalid_argument(path + ": cannot write this file");
    }
    file->Init(PcapHelper::DLT_PPP);
    device->TraceConnectWithoutContext("PromiscSniffer",
                                       MakeBoundCallback(&WritePacket, file, path));
    Simulator::ScheduleDestroy(&CloseCapture, file, path);
}

} // namespace surgery
} // namespace ns3
