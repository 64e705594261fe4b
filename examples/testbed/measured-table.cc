/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "measured-table.h"

#include "ns3/surgery-bundled-files.h"

#include <stdexcept>

namespace
{

/// @param nameOrPath of a table @return its path
std::string
FindTable(const std::string& nameOrPath)
{
    const auto bundled = ns3::surgery::BundledFiles("testbed").Find(nameOrPath);
    return bundled.empty() ? nameOrPath : bundled;
}

} // namespace

MeasuredTable::Row::Row(const MeasuredTable& table, std::size_t index)
    : m_table(&table),
      m_index(index)
{
}

std::string
MeasuredTable::Row::GetText(const std::string& column) const
{
    const auto found = m_table->m_columns.find(column);
    if (found == m_table->m_columns.end())
    {
        throw std::invalid_argument(m_table->m_path + ": has no column " + column);
    }
    const auto& line = m_table->m_file.GetLines()[m_index];
    const auto fields = m_table->m_file.GetFields(line);
    // empty fields at a line's end are left out
    return found->second < fields.size() ? std::string(fields[found->second]) : "";
}

double
MeasuredTable::Row::GetNumber(const std::string& column) const
{
    const auto number = m_table->m_file.GetNumber(GetText(column));
    if (!number)
    {
        m_table->m_file.Reject(m_table->m_file.GetLines()[m_index],
                               "column " + column + " must be a number");
    }
    return *number;
}

MeasuredTable::MeasuredTable(const std::string& nameOrPath)
    : m_path(FindTable(nameOrPath)),
      m_text(ns3::surgery::ReadTextFile(m_path, "table of measurements")),
      m_file(m_text, m_path)
{
    const auto titles = m_file.GetFields(m_file.GetLines().front());
    for (std::size_t i = 0; i < titles.size(); ++i)
    {
        m_columns[std::string(titles[i])] = i;
    }
}

std::vector<MeasuredTable::Row>
MeasuredTable::Find(const std::map<std::string, std::string>& values) const
{
    std::vector<Row> found;
    for (std::size_t i = 1; i < m_file.GetLines().size(); ++i)
    {
        const Row row(*this, i);
        bool fits = true;
        for (const auto& [column, value] : values)
        {
            fits = fits && (value.empty() || row.GetText(column) == value);
        }
        if (fits)
        {
            found.push_back(row);
        }
    }
    if (found.empty())
    {
        std::string wanted;
        for (const auto& [column, value] : values)
        {
            wanted += value.empty() ? "" : " " + column + "=" + value;
        }
        throw std::invalid_argument(m_path + ": has no row with" + wanted);
    }
    return found;
}
