/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "optional-csv.h"

#include "results-file.h"

#include <filesystem>

using namespace ns3::surgery;

namespace
{

constexpr int DIGITS = 10; //!< of a number

} // namespace

OptionalCsv::OptionalCsv(const std::string& folder,
                         const std::string& name,
                         const std::vector<std::string>& columns)
{
    if (!folder.empty())
    {
        std::filesystem::create_directories(folder);
        m_file.emplace(folder + "/" + name, MakeColumns(columns, DIGITS));
    }
}

void
OptionalCsv::Write(const TableRow& row)
{
    if (m_file)
    {
        m_file->Write(row);
    }
}
