/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "optional-csv.h"

#include "results-file.h"

#include <filesystem>
#include <stdexcept>
#include <system_error>

using namespace ns3::surgery;

namespace
{

constexpr int DIGITS = 10; //!< of a number

} // namespace

void
MakeFolder(const std::string& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
    {
        throw std::invalid_argument(folder + ": cannot make this folder: " + error.message());
    }
}

OptionalCsv::OptionalCsv(const std::string& folder,
                         const std::string& name,
                         const std::vector<std::string>& columns)
{
    if (!folder.empty())
    {
        MakeFolder(folder);
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
