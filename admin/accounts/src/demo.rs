//! Accounts for a demonstration: one for each role. No installation with real data may have them.

use domain::role::{Node, Role};
use seal::audit;
use store::Store;
use zeroize::Zeroizing;

use crate::{
    Accounts, By, NewPost, Result, Wanted,
    account::{Fresh, random_password},
};

const ANY: &str = "select id from account where demo and state = 'active' limit 1";
const SWITCH_OFF: &str = "update account set state = 'disabled', updated_at = $1 where demo and state = 'active'";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[ANY, SWITCH_OFF];

/// Where the people of the demonstration work.
#[derive(Debug, Clone)]
pub struct Place {
    /// Their organisation's id.
    pub org: String,
    /// Its path.
    pub path: String,
    /// The division of its seat: the district is the first six digits.
    pub division: String,
    /// A grid's id.
    pub grid: String,
    /// A member's id.
    pub member: String,
}

/// An account that was made; its password is known nowhere else.
#[derive(Debug)]
pub struct Made {
    /// The name to log in with.
    pub login_name: String,
    /// As what.
    pub role: Role,
    /// To be shown once.
    pub password: Zeroizing<String>,
}

impl Accounts {
    /// Makes an account for each role: `demo-branch-secretary` and so on. Their passwords are random.
    ///
    /// # Errors
    /// [`crate::Error::NameTaken`] where they were made before.
    pub async fn make_demo(&self, place: &Place) -> Result<Vec<Made>> {
        let mut made = Vec::new();
        for role in Role::ALL.iter().copied() {
            let login_name = format!("demo-{}", role.code().replace('_', "-"));
            let display_name = format!("演示{}", role.title());
            let password = random_password();
            let fresh = Fresh { login_name: &login_name, display_name: &display_name, password: &password, demo: true };
            let account = self.add_account(By::Installation, &fresh).await?;
            let org = (!role.is_separated()).then(|| place.org.clone());
            let new = NewPost { account, org, title: role.title().to_owned(), ..NewPost::default() };
            let post = self.open_post(By::Installation, &new).await?;
            for node in nodes(role, place) {
                let wanted = Wanted {
                    post: post.clone(),
                    role,
                    node,
                    valid_from: None,
                    valid_to: None,
                    temporary: false,
                    reason: "演示".to_owned(),
                };
                self.grant(By::Installation, &wanted).await?;
            }
            made.push(Made { login_name, role, password });
        }
        Ok(made)
    }

    /// Switches all demonstration accounts off, and with them their sessions; gives how many.
    pub async fn disable_demo(&self) -> Result<u64> {
        let now = self.store.clock.now();
        let mut tx = self.store.db.begin().await?;
        let off = tx.execute(SWITCH_OFF, vec![now.into()]).await?;
        let changes = audit::Changes::none().plain("disabled", serde_json::Value::Null, off);
        let entry = audit::Entry::new(now, "account.demo_disabled", "account");
        audit::append(&mut tx, &audit::Entry { changes, ..entry }).await?;
        tx.commit().await?;
        Ok(off)
    }
}

/// Whether somebody could log in with a demonstration's account: a start in production refuses then.
pub async fn has_demo_accounts(store: &Store) -> Result<bool> {
    Ok(store.db.fetch_optional::<(String,)>(ANY, vec![]).await?.is_some())
}

/// Where each role is held in the demonstration.
fn nodes(role: Role, place: &Place) -> Vec<Node> {
    let subtree = Node::Subtree { path: place.path.clone() };
    let district: String = place.division.chars().take(6).collect();
    match role {
        Role::CityOrgAdmin
        | Role::CityOrgViewer
        | Role::CitySocietyWork
        | Role::QaAgent
        | Role::QaReviewer
        | Role::KnowledgeCurator
        | Role::SysAdmin
        | Role::SecAdmin
        | Role::AuditAdmin => vec![Node::City],
        // By affiliation and by territory: two bases, two grants.
        Role::DistrictOrgAdmin => vec![subtree, Node::Division { code: district }],
        Role::StreetAdmin => vec![subtree, Node::Division { code: place.division.clone() }],
        Role::GridManager => vec![Node::Grid { id: place.grid.clone() }],
        Role::SystemOrgAdmin
        | Role::CommitteeAdmin
        | Role::BranchSecretary
        | Role::BranchStaff
        | Role::MobileOrgAdmin
        | Role::Organizer => vec![subtree],
        Role::Delegate | Role::Member => vec![Node::Own { member: place.member.clone() }],
    }
}
