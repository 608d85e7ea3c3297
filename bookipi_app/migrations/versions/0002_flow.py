"""Batches, pace, comparison: what keeps two sets of books in step."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import bookipi_app.models.base

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('batch_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('connection_id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('body', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('tries', bookipi_app.models.base.Integer64(), nullable=False),
    sa.ForeignKeyConstraint(['connection_id'], ['quickbooks_connection.id'], name=op.f('fk_batch_request_connection_id_quickbooks_connection')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_request')),
    sa.UniqueConstraint('request_id', name=op.f('uq_batch_request_request_id'))
    )
    op.create_table('read_count',
    sa.Column('connection_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('count', bookipi_app.models.base.Integer64(), nullable=False),
    sa.ForeignKeyConstraint(['connection_id'], ['quickbooks_connection.id'], name=op.f('fk_read_count_connection_id_quickbooks_connection')),
    sa.PrimaryKeyConstraint('connection_id', 'day', 'purpose', name=op.f('pk_read_count'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('batch_item', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('unsure', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('saved_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index('ix_attempt_batch_id', ['batch_id'], unique=False, sqlite_where=sa.text('batch_id IS NOT NULL'), postgresql_where=sa.text('batch_id IS NOT NULL'))

    with op.batch_alter_table('quickbooks_connection', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_connected_there', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('grant_expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('company_info', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('preflight_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('preflight_due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('compare_due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('comparing', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('comparison', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('told_lost_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('told_expiry_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table('sync_record', schema=None) as batch_op:
        batch_op.add_column(sa.Column('saved_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('told_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('compared_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('sync_record', schema=None) as batch_op:
        batch_op.drop_column('compared_at')
        batch_op.drop_column('told_at')
        batch_op.drop_column('saved_at')

    with op.batch_alter_table('quickbooks_connection', schema=None) as batch_op:
        batch_op.drop_column('told_expiry_at')
        batch_op.drop_column('told_lost_at')
        batch_op.drop_column('comparison')
        batch_op.drop_column('comparing')
        batch_op.drop_column('compare_due_at')
        batch_op.drop_column('preflight_due_at')
        batch_op.drop_column('preflight_at')
        batch_op.drop_column('company_info')
        batch_op.drop_column('grant_expires_at')
        batch_op.drop_column('first_connected_there')

    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('ix_attempt_batch_id', sqlite_where=sa.text('batch_id IS NOT NULL'), postgresql_where=sa.text('batch_id IS NOT NULL'))
        batch_op.drop_column('saved_at')
        batch_op.drop_column('unsure')
        batch_op.drop_column('batch_item')
        batch_op.drop_column('batch_id')

    op.drop_table('read_count')
    op.drop_table('batch_request')
