/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-table-output.h"

#include "csv-table-output.h"
#include "run-status.h"
#include "sqlite-table-output.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// Whether a name can be that of a file, and of a table or a column of a database.
void
CheckName(const std::string& name)
{
    const auto* allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (name.empty() || name.find_first_not_of(allowed) != std::string::npos)
    {
        throw std::invalid_argument("table or column \"" + name +
                                    "\": must be of letters, digits and _");
    }
}

/// @param name of a table or a column @return what a database, which ignores case, takes it for
std::string
Fold(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return name;
}

/// Whether a value may stand in a column of a type.
bool
Fits(const TableValue& value, ColumnType type)
{
    switch (type)
    {
    case ColumnType::INTEGER:
        return std::holds_alternative<int64_t>(value);
    case ColumnType::REAL:
        return std::holds_alternative<double>(value);
    case ColumnType::TEXT:
        break;
    }
    return std::holds_alternative<std::string>(value);
}

/// @param value of a row @return whether it is a text with other letters than those of ASCII
bool
HasOtherThanAscii(const TableValue& value)
{
    const auto* text = std::get_if<std::string>(&value);
    return text &&
           std::any_of(text->begin(), text->end(), [](unsigned char c) { return c >= 0x80; });
}

/// @param row of a table @return the same with U+FFFD for what is no UTF-8, which readers refuse
TableRow
ToUtf8(TableRow row)
{
    using Json = nlohmann::json;
    for (auto& value : row)
    {
        if (HasOtherThanAscii(value))
        {
            const auto quoted = Json(std::get<std::string>(value))
                                    .dump(-1, ' ', false, Json::error_handler_t::replace);
            value = Json::parse(quoted).get<std::string>();
        }
    }
    return row;
}

} // namespace

OutputTable::OutputTable(const std::string& name, const std::vector<TableColumn>& columns)
    : m_name(name),
      m_columns(columns)
{
}

OutputTable::~OutputTable() = default;

void
OutputTable::Write(const TableRow& row)
{
    if (row.size() != m_columns.size())
    {
        throw std::invalid_argument("table " + m_name + ": a row has " +
                                    std::to_string(row.size()) + " values, not " +
                                    std::to_string(m_columns.size()));
    }
    for (std::size_t i = 0; i < row.size(); ++i)
    {
        if (!std::holds_alternative<std::monostate>(row[i]) && !Fits(row[i], m_columns[i].type))
        {
            throw std::invalid_argument(
                "table " + m_name + ": a value of another type than that of " + m_columns[i].name);
        }
    }
    DoWrite(std::any_of(row.begin(), row.end(), HasOtherThanAscii) ? ToUtf8(row) : row);
}

const std::vector<TableColumn>&
OutputTable::GetColumns() const
{
    return m_columns;
}

void
TableOutput::CheckFormat(const std::string& format)
{
    if (format == "sqlite")
    {
        CheckSqlite();
    }
    else if (format != "csv")
    {
        throw std::invalid_argument("unknown format of tables \"" + format +
                                    "\", use one of: csv, sqlite");
    }
}

Ptr<TableOutput>
TableOutput::Create(const std::string& format, const std::string& folder)
{
    CheckFormat(format);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!std::filesystem::is_directory(folder, error))
    {
        throw std::invalid_argument(folder + ": cannot create this folder");
    }
    const auto status = ns3::Create<RunStatus>(folder);
    try
    {
        return format == "sqlite" ? CreateSqliteTableOutput(folder, status)
                                  : CreateCsvTableOutput(folder, status);
    }
    catch (const std::invalid_argument& error)
    {
        status->CutOff(error.what());
        throw;
    }
}

void
TableOutput::CutOff(const std::string& reason)
{
    RunStatus::CutOffAll(reason);
}

TableOutput::~TableOutput() = default;

Ptr<OutputTable>
TableOutput::AddTable(const std::string& name, const std::vector<TableColumn>& columns)
{
    CheckName(name);
    const auto folded = Fold(name);
    if (folded == "about" || folded.rfind("sqlite_", 0) == 0)
    {
        throw std::invalid_argument("table " + name + ": databases have a table of this name");
    }
    if (columns.empty())
    {
        throw std::invalid_argument("table " + name + ": must have a column");
    }
    std::set<std::string> columnNames;
    for (const auto& column : columns)
    {
        CheckName(column.name);
        if (!columnNames.insert(Fold(column.name)).second)
        {
            throw std::invalid_argument("table " + name + ": there are two columns " + column.name);
        }
    }
    if (!m_names.insert(folded).second)
    {
        throw std::invalid_argument("table " + name + ": there is one of this name already");
    }
    return DoAddTable(name, columns);
}

} // namespace surgery
} // namespace ns3
