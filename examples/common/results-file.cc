/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "results-file.h"

#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

using namespace ns3::surgery;

namespace
{

constexpr int ALL_DIGITS = 17; //!< of a double

} // namespace

PartFile::PartFile(std::string path)
    : m_path(std::move(path)),
      m_part(m_path)
{
    std::error_code error;
    const auto status = std::filesystem::status(m_path, error);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    {
        return;
    }
    m_part += ".part";
    for (uint32_t i = 2; std::filesystem::exists(m_part, error); ++i)
    {
        m_part = m_path + ".part" + std::to_string(i);
    }
}

const std::string&
PartFile::GetPath() const
{
    return m_path;
}

const std::string&
PartFile::GetPart() const
{
    return m_part;
}

bool
PartFile::Complete() const
{
    std::error_code error;
    if (m_part != m_path)
    {
        std::filesystem::rename(m_part, m_path, error);
    }
    return !error;
}

ResultsFile::ResultsFile(std::string path, const std::vector<std::string>& columns)
    : m_part(std::move(path))
{
    try
    {
        m_file.emplace(m_part.GetPart(), MakeColumns(columns, ALL_DIGITS));
    }
    catch (const std::invalid_argument& error)
    {
        throw std::runtime_error(std::string("--results: ") + error.what());
    }
}

void
ResultsFile::Add(const TableRow& row)
{
    m_file->Write(row);
}

void
ResultsFile::Complete()
{
    m_file->Flush();
    m_file.reset();
    if (!m_part.Complete())
    {
        throw std::runtime_error("--results: cannot write " + m_part.GetPath());
    }
}

std::vector<TableColumn>
MakeColumns(const std::vector<std::string>& names, int digits)
{
    std::vector<TableColumn> columns;
    for (const auto& name : names)
    {
        columns.push_back({name, ColumnType::REAL, digits});
    }
    return columns;
}

TableValue
ToField(uint64_t count)
{
    return static_cast<int64_t>(count);
}
